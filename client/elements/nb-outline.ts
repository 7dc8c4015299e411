import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { guard } from 'lit/directives/guard.js'
import { splitFormulas } from '../../shared/markdown/formulas.ts'
import { mayHaveHeadings, outlineOf } from '../../shared/notebook/document/outline.ts'
import type { NotebookContext } from '../commands/context.ts'
import { goToHeading } from '../commands/go-to-heading.ts'
import { typesetMath } from '../output/math.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import './nb-backlinks.ts'

/** Formulas are elements, which are typeset once they are in the page. */
const wordsAndFormulas = (text: string): readonly (string | HTMLElement)[] =>
  splitFormulas(text).map((part) => {
    if (typeof part === 'string') return part
    const formula = document.createElement('span')
    formula.className = 'nb-math'
    formula.textContent = part.tex
    return formula
  })

/** The headings of the notebook's notes; a click goes there. */
@customElement('nb-outline')
export class NbOutline extends LightElement {
  @property({ attribute: false }) context!: NotebookContext
  readonly follow = new Follow(this, (changed) => {
    const { notebook, selection } = this.context
    return [
      notebook.observer.onList(changed),
      notebook.observer.onAnyCell((cell, changes) => {
        const isText = changes.has('source') && mayHaveHeadings(notebook.doc, cell)
        if (isText || changes.has('head')) changed()
      }),
      selection.onChange(changed),
    ]
  })

  private headings(): TemplateResult {
    const headings = outlineOf(this.context.notebook.doc)
    if (headings.length === 0)
      return html`<p class="nb-empty">No headings yet. A note that begins with # and a title is one.</p>`
    const current = headings.findLast(({ cell }) => cell === this.context.selection.cell)
    return html`<ul>
      ${headings.map(
        (heading) =>
          html`<li>
            <button
              type="button"
              data-level=${heading.level}
              aria-current=${heading === current}
              aria-label=${heading.text.includes('$') ? heading.text : nothing}
              @click=${() => goToHeading(this.context, heading)}
            >
              ${guard([heading.text], () => wordsAndFormulas(heading.text || 'Untitled'))}
            </button>
          </li>`,
      )}
    </ul>`
  }

  protected override updated(): void {
    void typesetMath(this, this.closest('nb-page')?.querySelector('nb-notebook') ?? undefined)
  }

  protected override render(): TemplateResult {
    return html`${this.headings()}<nb-backlinks .path=${this.context.notebook.path}></nb-backlinks>`
  }
}
