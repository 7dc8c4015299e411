// The search of a notebook, loaded when it is opened.
import { html, nothing, type TemplateResult } from 'lit'
import type { NotebookContext } from '../commands/context.ts'

export const findBar = (context: NotebookContext): TemplateResult | typeof nothing => {
  if (!context.find.isOpen) return nothing
  import('./nb-find.ts').catch((error: unknown) =>
    context.showError(`The search could not be loaded: ${String(error)}`),
  )
  return html`<nb-find .context=${context}></nb-find>`
}
