// The search of a notebook, loaded when it is first opened.
import { html, nothing, type TemplateResult } from 'lit'
import type { NotebookContext } from '../commands/context.ts'
import { reasonOf } from '../document/database.ts'

/** `loaded` renders again. */
export const findBar = (context: NotebookContext, loaded: () => void): TemplateResult | typeof nothing => {
  if (!context.find.isOpen) return nothing
  if (customElements.get('nb-find') !== undefined) return html`<nb-find .context=${context}></nb-find>`
  import('./nb-find.ts').then(loaded, (error: unknown) => {
    context.find.close()
    context.showError(`The search could not be loaded: ${reasonOf(error)}`)
  })
  return nothing
}
