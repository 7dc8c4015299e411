import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { type CellId, type Mark } from '../../shared/notebook/notebook.ts'
import { type NotebookContext } from '../commands/context.ts'
import { keepMarked, takeTheirs } from '../commands/marks.ts'

const words = ({ why, theirs }: Mark): string => {
  if (why === 'mended')
    return 'A program took this cell’s text away and put something else there. It was brought back as it was.'
  if (theirs === null)
    return 'Another program saved the file without this cell, which it had not seen yet. It was kept.'
  switch (why) {
    case 'both':
      return 'The same lines were changed here and in the file. Both changes are in the text.'
    case 'kept':
      return 'Another program saved the file without what had been written here meanwhile. It was kept.'
    default:
      return why satisfies never
  }
}

/** Tells that an edit of the file met what was written in this cell, and offers what the file said. */
@customElement('nb-mark')
export class NbMark extends LitElement {
  @property({ attribute: false }) context!: NotebookContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) mark!: Mark

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  protected override render(): TemplateResult {
    const { context, cell, mark } = this
    const { theirs } = mark
    return html`<div
      class="nb-notice"
      role="note"
      aria-label=${mark.why === 'mended' ? 'Brought back' : 'Changed in the file'}
    >
      ${words(mark)}
      <button type="button" @click=${() => keepMarked(context, cell)}>Keep it</button>
      ${
        mark.why === 'mended'
          ? nothing
          : html`<button type="button" @click=${() => takeTheirs(context, cell)}>
              ${theirs === null ? 'Delete the cell' : 'Take what the file said'}
            </button>`
      }
      ${
        theirs === null
          ? nothing
          : html`<details>
              <summary>What the file said</summary>
              <pre>${theirs}</pre>
            </details>`
      }
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-mark': NbMark
  }
}
