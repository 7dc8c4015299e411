// Where a model is chosen; loads once the page is painted.
import { html, nothing, type TemplateResult } from 'lit'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { whenIdle } from './idle.ts'
import type { ModelContext } from './nb-model.ts'

let loading: Promise<unknown> | null = null

const loadModelChooser = (): Promise<unknown> =>
  (loading ??= new Promise<unknown>((resolve, reject) => {
    whenIdle(() => void import('./nb-model.ts').then(resolve, reject))
  }).finally(() => (loading = null)))

/** For a cell, or with null for the notebook. `loaded` renders again. */
export const modelChooser = (
  context: ModelContext,
  cell: CellId | null,
  loaded: () => void,
): TemplateResult | typeof nothing => {
  if (customElements.get('nb-model') !== undefined)
    return html`<nb-model .context=${context} .cell=${cell}></nb-model>`
  // After a failure, the next rendering tries again.
  loadModelChooser().then(loaded, () => undefined)
  return nothing
}
