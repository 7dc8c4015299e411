import { html, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { listChanges } from '../../shared/notebook/document/review.ts'
import { keep, takeBack, type ReviewContext } from '../commands/review.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'

/** Decides on all that one reply changed. */
@customElement('nb-change-bar')
export class NbChangeBar extends LightElement {
  @property({ attribute: false }) context!: ReviewContext
  @property({ attribute: false }) group = ''
  readonly follow = new Follow(this, (changed) => [this.context.review.onChange(changed)])

  protected override render(): unknown {
    const { context, group } = this
    const changes = listChanges(context.notebook.doc).filter((change) => change.group === group)
    if (changes.length === 0) return nothing
    const { size } = new Set(changes.map(({ cell }) => cell))
    const cells = size === 1 ? 'one cell' : `${size} cells`
    const isProposal = changes.every(({ proposed }) => proposed)
    return html`<div class="nb-changes" role="group" aria-label="Changes of this reply">
      <span>${isProposal ? `Proposes changes to ${cells}` : `Changed ${cells}`}</span>
      ${
        context.notebook.editable
          ? html`<button type="button" @click=${() => keep(context, changes)}>Keep all</button>
              <button type="button" @click=${() => takeBack(context, changes)}>Take back all</button>`
          : nothing
      }
    </div>`
  }
}
