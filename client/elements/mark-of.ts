import { html, nothing, type TemplateResult } from 'lit'
import type { CellId, Mark } from '../../shared/notebook/notebook.ts'
import type { CellContext } from '../commands/context.ts'
import { loadScript } from '../load-script.ts'

export const loadMark = (): Promise<unknown> => import('./nb-mark.ts')

/** A conflict of another program's edit with the cell. */
export const markOf = (
  context: CellContext,
  cell: CellId,
  mark: Mark | null,
): TemplateResult | typeof nothing => {
  if (mark === null) return nothing
  loadScript(loadMark)
  return html`<nb-mark .context=${context} .cell=${cell} .mark=${mark}></nb-mark>`
}
