import { html, type TemplateResult } from 'lit'
import { cellFlags, isCellFlag, type CellFlag } from '../../shared/notebook/flags.ts'
import { isCellKind, type CellId, type CellKind } from '../../shared/notebook/notebook.ts'
import { readHead } from '../../shared/notebook/read.ts'
import { deleteCell, moveCell, setKind, toggleFlag } from '../commands/cells.ts'
import { type NotebookContext } from '../commands/context.ts'
import { icons } from './icons.ts'

export const kindNames: Readonly<Record<CellKind, string>> = {
  code: 'Code',
  note: 'Note',
  prompt: 'Prompt',
  raw: 'Raw',
}
const optionNames: Readonly<Record<CellFlag, readonly [off: string, on: string]>> = {
  skipped: ['Hide from the model', 'Show to the model'],
  pinned: ['Pin for the model', 'Unpin'],
  input_collapse: ['Fold the source', 'Unfold the source'],
  output_collapse: ['Fold the output', 'Unfold the output'],
}

/** The menu of a cell, seen where the hand is: its options, its kind, where it stands. */
export const cellControls = (
  context: NotebookContext,
  cell: CellId,
  kind: CellKind,
  flags: readonly CellFlag[],
): TemplateResult => {
  const onKind = (event: Event): void => {
    const select = event.target as HTMLSelectElement
    if (isCellKind(select.value)) setKind(context, cell, select.value)
    select.value = readHead(context.notebook.doc, cell)?.kind ?? select.value
  }
  const button = (name: string, icon: unknown, action: () => void): TemplateResult =>
    html`<button type="button" aria-label=${name} title=${name} @click=${action}>${icon}</button>`
  const onOption = (event: Event): void => {
    const select = event.target as HTMLSelectElement
    if (isCellFlag(select.value)) toggleFlag(context, cell, select.value)
    select.value = ''
  }
  return html`<div class="nb-controls">
    <select class="nb-options" aria-label="Cell options" title="Cell options" @change=${onOption}>
      <option value="" selected>…</option>
      ${cellFlags.map(
        (flag) => html`<option value=${flag}>${optionNames[flag][flags.includes(flag) ? 1 : 0]}</option>`,
      )}
    </select>
    <select aria-label="Cell kind" .value=${kind} @change=${onKind}>
      ${(Object.keys(kindNames) as CellKind[]).map(
        (each) => html`<option value=${each} ?selected=${each === kind}>${kindNames[each]}</option>`,
      )}
    </select>
    ${button('Move cell up', icons.up, () => moveCell(context, cell, -1))}
    ${button('Move cell down', icons.down, () => moveCell(context, cell, 1))}
    ${button('Delete cell', icons.trash, () => deleteCell(context, cell))}
  </div>`
}
