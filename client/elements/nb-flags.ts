import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Bookmark } from '../../shared/notebook/document/bookmarks.ts'
import type { CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { toggleBookmark, toggleFlag } from '../commands/cells.ts'
import type { CellContext } from '../commands/context.ts'
import { flagWords } from './flag-words.ts'
import { LightElement } from './light-element.ts'

/** The flags of a cell, each a button that removes it. */
@customElement('nb-flags')
export class NbFlags extends LightElement {
  @property({ attribute: false }) context!: CellContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) flags: readonly CellFlag[] = []
  @property({ attribute: false }) bookmark: Bookmark | null = null

  private button(is: string, undo: string, action: () => void): TemplateResult {
    return html`<button
      type="button"
      class="nb-flag"
      aria-label=${`${is}: ${undo.toLowerCase()}`}
      title=${undo}
      ?disabled=${!this.context.notebook.editable}
      @click=${action}
    >
      ${is}
    </button>`
  }

  protected override render(): TemplateResult {
    const { context, cell, bookmark } = this
    return html`${
      bookmark === null
        ? nothing
        : this.button(`Bookmark ${bookmark}`, 'Remove bookmark', () => toggleBookmark(context, cell))
    }${this.flags.map((flag) => {
      const { is, unset } = flagWords[flag]
      return this.button(is, unset, () => toggleFlag(context, cell, flag))
    })}`
  }
}
