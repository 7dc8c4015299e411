import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from '../commands/context.ts'
import { Follow } from './follow.ts'
import { since } from './format.ts'
import { listen } from './listen.ts'
import { LightElement } from './light-element.ts'

export type EditedContext = Pick<NotebookContext, 'edits' | 'unseen'>

/** Who wrote in a cell last, on hover and focus; and that it is new to this page's person. */
@customElement('nb-edited')
export class NbEdited extends LightElement {
  @property({ attribute: false }) context!: EditedContext
  @property({ attribute: false }) cell!: CellId
  readonly follow = new Follow(this, (changed) => [
    this.context.edits.onCell(this.cell, changed),
    this.context.unseen.onChange(changed),
    listen(this.closest('nb-cell') ?? this, ['pointerenter', 'focusin'], this.load),
  ])

  private readonly load = (): void => {
    void this.context.edits.load()
    // Times pass.
    this.requestUpdate()
  }

  protected override render(): TemplateResult | typeof nothing {
    const { edits, unseen } = this.context
    const edit = edits.of(this.cell)
    const isNew = unseen.has(this.cell)
    if (edit === null && !isNew) return nothing
    const who = edit === null ? '' : edit.name === null ? 'you' : edit.name || 'a model or another program'
    return html`${isNew ? html`<strong>New since your last visit</strong>` : nothing}
    ${
      edit === null
        ? nothing
        : html`<span title=${new Date(edit.time).toLocaleString()}
            >Edited by ${who}, ${since(edit.time)}</span
          >`
    }`
  }
}
