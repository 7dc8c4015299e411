import type { CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'

/** What a flag is called where it is set, and what sets and removes it. */
export const flagWords: Readonly<
  Record<CellFlag, { readonly is: string; readonly set: string; readonly unset: string }>
> = {
  skipped: { is: 'Hidden from the model', set: 'Hide from the model', unset: 'Show to the model' },
  pinned: { is: 'Pinned for the model', set: 'Pin for the model', unset: 'Unpin' },
  input_collapse: { is: 'Source collapsed', set: 'Collapse source', unset: 'Expand source' },
  hide_input: { is: 'Source hidden', set: 'Hide source', unset: 'Show source' },
  output_collapse: { is: 'Output collapsed', set: 'Collapse output', unset: 'Expand output' },
  source_hidden: { is: 'Source collapsed', set: 'Collapse source', unset: 'Expand source' },
  outputs_hidden: { is: 'Output collapsed', set: 'Collapse output', unset: 'Expand output' },
  scrolled: { is: 'Output scrolls', set: 'Scroll output', unset: 'Show full output' },
  heading_collapsed: { is: 'Section collapsed', set: 'Collapse section', unset: 'Expand section' },
  is_exported: { is: 'Exported', set: 'Export to the module', unset: 'Do not export' },
  use_thinking: { is: 'With thinking', set: 'Ask with thinking', unset: 'Ask without thinking' },
}
