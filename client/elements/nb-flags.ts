import { html, LitElement, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { type CellFlag } from '../../shared/notebook/flags.ts'
import { type CellId } from '../../shared/notebook/notebook.ts'
import { toggleFlag } from '../commands/cells.ts'
import { type NotebookContext } from '../commands/context.ts'

const words: Readonly<Record<CellFlag, readonly [is: string, undo: string]>> = {
  skipped: ['Hidden from the model', 'Show it to the model'],
  pinned: ['Pinned for the model', 'Unpin'],
  input_collapse: ['Source folded', 'Unfold the source'],
  output_collapse: ['Output folded', 'Unfold the output'],
}

/** What is special about a cell, each a button that ends it. */
@customElement('nb-flags')
export class NbFlags extends LitElement {
  @property({ attribute: false }) context!: NotebookContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) flags: readonly CellFlag[] = []

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  protected override render(): TemplateResult {
    return html`${this.flags.map((flag) => {
      const [is, undo] = words[flag]
      return html`<button
        type="button"
        class="nb-flag"
        aria-label=${`${is}: ${undo.toLowerCase()}`}
        title=${undo}
        @click=${() => toggleFlag(this.context, this.cell, flag)}
      >
        ${is}
      </button>`
    })}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-flags': NbFlags
  }
}
