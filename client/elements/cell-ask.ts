// What the code of a cell asks its person for while it runs: input, or a permission.
import { html, nothing, type TemplateResult } from 'lit'
import type { CellId } from '../../shared/notebook/notebook.ts'
import './nb-ask.ts'
import type { AskContext } from './nb-ask.ts'
import { loadScript } from '../load-script.ts'

const loadPermission = (): Promise<unknown> => import('./nb-permission.ts')

export const cellAsk = (context: AskContext, cell: CellId): TemplateResult | typeof nothing => {
  const { inputPrompt: asking, permissionRequest: wanting } = context.python
  if (wanting?.cell === cell) {
    if (customElements.get('nb-permission') === undefined) loadScript(loadPermission)
    return html`<nb-permission
      .permission=${context.python.kernel.permission}
      .target=${wanting.target}
    ></nb-permission>`
  }
  return asking?.cell === cell ? html`<nb-ask .context=${context} .asking=${asking}></nb-ask>` : nothing
}
