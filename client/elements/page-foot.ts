import { html, type TemplateResult } from 'lit'
import type { NotebookContext } from '../commands/context.ts'
import { modelChooser } from './model-chooser.ts'
import './nb-python.ts'
import './nb-spoken.ts'
import './nb-status.ts'

/** The line below a notebook. `loaded` renders again. */
export const pageFoot = (context: NotebookContext, loaded: () => void): TemplateResult =>
  html`<div class="nb-foot">
    <nb-status .context=${context}></nb-status>
    <nb-spoken .context=${context}></nb-spoken>
    ${modelChooser(context, null, loaded)}
    <nb-python .context=${context}></nb-python>
  </div>`
