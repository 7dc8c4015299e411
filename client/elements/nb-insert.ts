import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { KindName } from '../../shared/notebook/notebook.ts'
import type { After } from '../../shared/notebook/document/operations.ts'
import { kindViews } from '../cell-kinds/views.ts'
import { insertCell } from '../commands/cells.ts'
import type { CellContext } from '../commands/context.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'

/** The gap below a cell (or above the first), where a new one can be added. */
@customElement('nb-insert')
export class NbInsert extends LightElement {
  @property({ attribute: false }) context: CellContext | null = null
  @property({ attribute: false }) afterCell: After = null

  private add(kind: KindName): void {
    if (this.context !== null) insertCell(this.context, kind, this.afterCell, 'edit')
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.context?.notebook.editable === false) return nothing
    return html`<div class="nb-insert-row">
      ${kindViews.map(({ kind, add }) =>
        add === null
          ? nothing
          : html`<button
              type="button"
              aria-label=${add.name}
              title=${add.name}
              @click=${() => this.add(kind.name)}
            >
              ${icons.plus}${add.word}
            </button>`,
      )}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-insert': NbInsert
  }
}
