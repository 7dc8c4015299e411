import { html, nothing, type TemplateResult } from 'lit'
import type { CellId, Mark } from '../../shared/notebook/notebook.ts'
import type { CellContext } from '../commands/context.ts'

/** What another program's edit of the cell left to decide on. */
export const markOf = (
  context: CellContext,
  cell: CellId,
  mark: Mark | null,
): TemplateResult | typeof nothing => {
  if (mark === null) return nothing
  void import('./nb-mark.ts')
  return html`<nb-mark .context=${context} .cell=${cell} .mark=${mark}></nb-mark>`
}
