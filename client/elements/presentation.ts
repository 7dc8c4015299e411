// The notebook as an app or as slides, loaded when it is first wanted.
import { html, nothing, type TemplateResult } from 'lit'
import type { NotebookContext } from '../commands/context.ts'
import { reasonOf } from '../document/database.ts'
import type { RunCommand } from './nb-menus.ts'

/** `loaded` renders again. */
export const presentation = (
  context: NotebookContext,
  run: RunCommand,
  loaded: () => void,
): TemplateResult | typeof nothing => {
  if (customElements.get('nb-presentation') !== undefined)
    return html`<nb-presentation .context=${context} .run=${run}></nb-presentation>`
  import('./nb-presentation.ts').then(loaded, (error: unknown) => {
    context.view.show('notebook')
    context.showError(`This view could not be loaded: ${reasonOf(error)}`)
  })
  return nothing
}
