import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { CommandId } from '../keymap/default-keys.ts'
import type { KindName } from '../../shared/notebook/notebook.ts'
import type { After } from '../../shared/notebook/document/operations.ts'
import { kindViews } from '../cell-kinds/views.ts'
import { insertCell } from '../commands/cells.ts'
import type { CellContext, NotebookContext } from '../commands/context.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'

/** The gap below a cell (or above the first), where a new one can be added. */
@customElement('nb-insert')
export class NbInsert extends LightElement {
  @property({ attribute: false }) context: (CellContext & Pick<NotebookContext, 'shortcuts'>) | null = null
  @property({ attribute: false }) afterCell: After = null
  /** The notebook has no cells. */
  @property({ attribute: false }) inviting = false

  private add(kind: KindName): void {
    if (this.context !== null) insertCell(this.context, kind, this.afterCell, 'edit')
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.context?.notebook.editable === false)
      return this.inviting ? html`<p class="nb-empty">This notebook is empty.</p>` : nothing
    return this.inviting ? this.invitation() : this.row()
  }

  private invitation(): TemplateResult {
    const keys = (id: CommandId): TemplateResult =>
      html`<kbd>${this.context?.shortcuts.spoken(id) ?? ''}</kbd>`
    // Keys are commands, as in a cell.
    const onFocus = (): void => this.context?.selection.set(null, 'command')
    return html`<div class="nb-invitation" @focusin=${onFocus}>
      <h2>An empty notebook</h2>
      <p>Begin with Python, with text, or with a question to the model.</p>
      ${this.row()}
      <p>${keys('run-advance')} runs a cell, ${keys('palette')} finds every command.</p>
    </div>`
  }

  private row(): TemplateResult {
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
