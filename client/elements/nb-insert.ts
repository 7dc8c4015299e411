import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { type CellKind } from '../../shared/notebook/notebook.ts'
import { type After } from '../../shared/notebook/operations.ts'
import { insertCell } from '../commands/cells.ts'
import type { CellContext } from '../commands/context.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'

/** The gap behind a cell (or above the first), where a new one can be put. */
@customElement('nb-insert')
export class NbInsert extends LightElement {
  @property({ attribute: false }) context: CellContext | null = null
  @property({ attribute: false }) behind: After = null

  private add(kind: CellKind): void {
    if (this.context !== null) insertCell(this.context, kind, this.behind, 'edit')
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.context?.notebook.editable === false) return nothing
    const button = (kind: CellKind, name: string, word: string): TemplateResult =>
      html`<button type="button" aria-label=${name} title=${name} @click=${() => this.add(kind)}>
        ${icons.plus}${word}
      </button>`
    return html`<div class="nb-insert-row">
      ${button('code', 'Add code cell', 'Code')}${button('note', 'Add note', 'Note')}${button('prompt', 'Add prompt', 'Prompt')}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-insert': NbInsert
  }
}
