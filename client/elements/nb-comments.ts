import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import { repeat } from 'lit/directives/repeat.js'
import { startThread } from '../../shared/notebook/document/commenting.ts'
import { mentionsModel } from '../../shared/notebook/mention.ts'
import type { Draft } from '../comments/comments.ts'
import { Follow } from './follow.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import { keepFocusInPanel } from './nb-panel.ts'
import './nb-comment-field.ts'
import './nb-ghost.ts'
import './nb-thread.ts'
import type { ThreadContext } from './nb-thread.ts'
import { now } from '../document/clock.ts'

/** All threads in document order, and the draft of a new one. */
@customElement('nb-comments')
export class NbComments extends LightElement {
  @property({ attribute: false }) context!: ThreadContext
  @state() private withResolved = false
  /** What was being written in a field that is gone. */
  @state() private lost: string | null = null
  readonly follow = new Follow(this, (changed) => [
    this.context.comments.onChange(changed),
    this.context.toolCalls.onChange(changed),
    this.context.notebook.presence.onPeople(changed),
    this.context.notebook.on(changed),
  ])

  private get names(): readonly string[] {
    const { presence } = this.context.notebook
    return presence.people().flatMap(({ self, id, name }) => (self || id === '' ? [] : [name]))
  }

  private send(draft: Draft, text: string): void {
    const { notebook, comments, person } = this.context
    const writing = { who: person(), at: now(), text, asksModel: mentionsModel(text, this.names) }
    const thread = startThread(notebook.doc, draft.cell, draft.passage, writing)
    comments.begin(null)
    if (thread === null) return void this.keep(text)
    comments.sent(thread)
    comments.choose(thread)
    keepFocusInPanel(this)
  }

  private readonly keep = async (text: string): Promise<void> => {
    this.lost = text
    await this.updateComplete
    if (document.activeElement === document.body) this.querySelector('nb-ghost')?.takeFocus()
  }

  private readonly forget = (): void => {
    this.lost = null
    keepFocusInPanel(this)
  }

  private leave(draft: Draft): void {
    const { comments, focusCell } = this.context
    comments.begin(null)
    if (draft.cell === null) keepFocusInPanel(this)
    else focusCell(draft.cell, 'command', null)
  }

  private draft(draft: Draft): TemplateResult {
    const place = this.context.comments.placeOf(draft)
    return html`<section class="nb-draft" aria-label=${`New comment on ${place}`}>
      <span class="nb-thread-place"
        >${place.replace(/^./, (letter) => letter.toUpperCase())}${
          draft.passage === null ? nothing : html` <q>${draft.passage.quote}</q>`
        }</span
      >
      ${keyed(
        draft,
        html`<nb-comment-field
          .placeholder=${'Comment, or @name'}
          .takesFocus=${true}
          .names=${this.names}
          .onLost=${(text: string) => void this.keep(text)}
          @send=${(event: CustomEvent<string>) => this.send(draft, event.detail)}
          @leave=${() => this.leave(draft)}
        ></nb-comment-field>`,
      )}
    </section>`
  }

  protected override render(): TemplateResult {
    const { context, withResolved, names } = this
    const { comments, notebook } = context
    const { draft, chosen, threads } = comments
    const resolved = threads.filter((thread) => thread.resolved !== null).length
    const shown = threads.filter((thread) => withResolved || thread.resolved === null || thread.id === chosen)
    return html`<div class="nb-comments-head">
        ${
          notebook.commentable
            ? html`<button
                type="button"
                class="nb-text-button"
                @click=${() => comments.begin({ cell: null, passage: null })}
              >
                ${icons.plus}<span>On the notebook</span>
              </button>`
            : nothing
        }
        ${
          resolved > 0
            ? html`<label
                ><input
                  type="checkbox"
                  .checked=${withResolved}
                  @change=${(event: Event) => (this.withResolved = (event.target as HTMLInputElement).checked)}
                />
                Show resolved (${resolved})</label
              >`
            : nothing
        }
      </div>
      <div class="nb-comments-body">
        ${
          this.lost === null
            ? nothing
            : html`<nb-ghost
                .message=${'What you were writing on was deleted or resolved. Your text:'}
                .text=${this.lost}
                @leave=${this.forget}
              ></nb-ghost>`
        }
        ${draft === null ? nothing : this.draft(draft)}
        ${
          shown.length === 0 && draft === null
            ? html`<p class="nb-empty">
                No
                comments${resolved > 0 ? ' are open' : ' yet'}.${
                  notebook.commentable ? ' Select a text or a cell and choose Comment.' : ''
                }
              </p>`
            : nothing
        }
        ${repeat(
          shown,
          ({ id }) => id,
          (thread) =>
            html`<nb-thread
              .context=${context}
              .thread=${thread}
              .names=${names}
              .isChosen=${thread.id === chosen}
              .isNew=${comments.isUnread(thread)}
              .onLost=${(text: string) => void this.keep(text)}
            ></nb-thread>`,
        )}
      </div>`
  }
}
