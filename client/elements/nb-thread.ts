import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import {
  deleteMessage,
  editMessage,
  isDeletable,
  replyTo,
  setResolved,
  stopAnswer,
} from '../../shared/notebook/document/commenting.ts'
import { readCalls } from '../../shared/notebook/document/calls.ts'
import { messageKey, type LiveMessage, type LiveThread } from '../../shared/notebook/document/threads.ts'
import { mentionsModel } from '../../shared/notebook/mention.ts'
import { byPerson, isBy } from '../../shared/notebook/person.ts'
import { replyParts } from '../../shared/reply/parts.ts'
import { absenceLimit } from '../../shared/notebook/document/status.ts'
import { showThread, type CommentContext } from '../commands/comment.ts'
import type { NotebookContext } from '../commands/context.ts'
import { since } from './format.ts'
import { LightElement } from './light-element.ts'
import './nb-comment-field.ts'
import { keepFocusInPanel } from './nb-panel.ts'
import { approvals, openCall, replyPart } from './reply-calls.ts'
import { now } from '../document/clock.ts'

export type ThreadContext = CommentContext & Pick<NotebookContext, 'person' | 'announce' | 'toolCalls'>

/** A thread with its messages and actions. */
@customElement('nb-thread')
export class NbThread extends LightElement {
  @property({ attribute: false }) context!: ThreadContext
  @property({ attribute: false }) thread!: LiveThread
  @property({ attribute: false }) names: readonly string[] = []
  @property({ type: Boolean, reflect: true, attribute: 'data-chosen' }) isChosen = false
  @property({ type: Boolean, reflect: true, attribute: 'data-new' }) isNew = false
  /** See nb-comment-field. */
  @property({ attribute: false }) onLost: (text: string) => void = () => undefined
  /** Id of the message being edited. */
  @state() private changing: string | null = null

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    // Not from under the pointer that is pressing one of its buttons.
    const isInHand = this.contains(document.activeElement)
    if (changed.has('isChosen') && this.isChosen && !isInHand) this.scrollIntoView({ block: 'nearest' })
  }

  private get doc() {
    return this.context.notebook.doc
  }

  private reply(text: string): void {
    const { doc, context, thread } = this
    replyTo(doc, thread.id, {
      who: context.person(),
      at: now(),
      text,
      asksModel: mentionsModel(text, this.names),
    })
    context.comments.sent(thread.id)
    context.comments.choose(thread.id)
  }

  private change(message: LiveMessage, text: string): void {
    const { doc, context, thread } = this
    editMessage(doc, thread.id, message.id, { who: context.person(), text, at: now() })
    this.leaveChange()
  }

  private leaveChange(): void {
    this.changing = null
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('textarea, button')?.focus())
  }

  private delete(message: LiveMessage): void {
    const { doc, context, thread } = this
    const panel = this.closest('nb-panel')
    deleteMessage(doc, thread.id, message.id, context.person())
    context.announce('Comment deleted.')
    if (panel !== null) keepFocusInPanel(panel)
  }

  private resolve(): void {
    const { doc, context, thread } = this
    const resolved = thread.resolved === null
    setResolved(doc, thread.id, resolved ? { ...byPerson(context.person()), at: now() } : null)
    context.announce(resolved ? 'Comment resolved.' : 'Comment reopened.')
    if (resolved) keepFocusInPanel(this)
  }

  /** Not if its executor is gone. */
  private isRunning({ status, run }: LiveMessage): boolean {
    const { connected, presence } = this.context.notebook
    if (status !== 'running') return false
    return run === null || !connected || presence.absentFor(run.executor) < absenceLimit
  }

  private isWaiting({ id, asked }: LiveMessage): boolean {
    return asked !== null && !asked.stop && !this.thread.messages.some(({ answers }) => answers === id)
  }

  private text(message: LiveMessage): TemplateResult {
    const { answers, text, error } = message
    if (this.changing === message.id)
      return html`<nb-comment-field
        .initial=${text}
        .action=${'Save'}
        .takesFocus=${true}
        .names=${this.names}
        .onLost=${this.onLost}
        @send=${(event: CustomEvent<string>) => this.change(message, event.detail)}
        @leave=${() => this.leaveChange()}
      ></nb-comment-field>`
    if (answers === undefined) return html`<p class="nb-comment-text" dir="auto">${text}</p>`
    const isRunning = this.isRunning(message)
    const key = messageKey(this.thread.id, message.id)
    const calls = readCalls(this.doc, key)
    const parts = replyParts(text)
    const written = new Set(parts.map((part) => (part.type === 'tool' ? part.id : null)))
    return html`${parts.map((part) => replyPart(part, calls, isRunning))}
    ${calls.filter(({ id }) => !written.has(id)).map((call) => openCall(call, isRunning))}
    ${approvals(this.context.toolCalls, key)}
    ${isRunning && text === '' && calls.length === 0 ? html`<p class="nb-comment-note">Waiting for the model…</p>` : nothing}
    ${error === undefined ? nothing : html`<p class="nb-comment-error">${error}</p>`}
    ${isRunning ? nothing : this.ending(message)}`
  }

  /** Why an answer ended early, and its receipt. */
  private ending({ status, receipt }: LiveMessage): TemplateResult | typeof nothing {
    const words =
      receipt?.end === 'stopped'
        ? 'The answer was stopped.'
        : receipt?.end === 'length'
          ? 'The answer was cut off at the output limit.'
          : receipt?.end === 'refused'
            ? `The model declined. ${receipt.reason ?? ''}`
            : status === 'interrupted' || status === 'running'
              ? 'The answer was interrupted.'
              : ''
    return html`${words === '' ? nothing : html`<p class="nb-comment-note">${words}</p>`}
    ${
      receipt?.end === undefined
        ? nothing
        : html`<p class="nb-comment-note" role="note" aria-label="Receipt">
            ${receipt.model}${
              receipt.input === undefined
                ? ''
                : `, ${receipt.input} tokens in, ${receipt.output ?? 0} tokens out`
            }${receipt.cost === undefined ? '' : `, $${receipt.cost.toFixed(4)}`}
          </p>`
    }`
  }

  private actions(message: LiveMessage): TemplateResult | typeof nothing {
    const { context, thread, doc } = this
    const who = context.person()
    if (!context.notebook.commentable || this.changing === message.id) return nothing
    const question = this.isWaiting(message)
      ? message.id
      : this.isRunning(message) && message.run !== null && isBy(who, message.run)
        ? message.answers
        : undefined
    const mayStop = question !== undefined && (message.answers !== undefined || isBy(who, message))
    return html`<span class="nb-comment-tools">
      ${
        mayStop
          ? html`<button
              type="button"
              aria-label="Stop answer"
              @click=${() => stopAnswer(doc, thread.id, question, who)}
            >
              Stop
            </button>`
          : nothing
      }
      ${
        message.answers === undefined && isBy(who, message)
          ? html`<button type="button" aria-label="Edit comment" @click=${() => (this.changing = message.id)}>
              Edit
            </button>`
          : nothing
      }
      ${
        isDeletable(who, message)
          ? html`<button type="button" aria-label="Delete comment" @click=${() => this.delete(message)}>
              Delete
            </button>`
          : nothing
      }
    </span>`
  }

  private message(message: LiveMessage): TemplateResult {
    const { by, at, edited, answers } = message
    const name =
      isBy(this.context.person(), message) && answers === undefined ? `${by} (you)` : by || 'Somebody'
    return html`<li ?data-answer=${answers !== undefined} data-status=${message.status ?? nothing}>
      <div class="nb-comment-head">
        <strong>${name}</strong>
        <time datetime=${new Date(at).toISOString()} title=${new Date(at).toLocaleString()}>
          ${since(at)}${edited === undefined ? '' : ', edited'}
        </time>
        ${this.actions(message)}
      </div>
      ${this.text(message)}
      ${this.isWaiting(message) ? html`<p class="nb-comment-note">Waiting for the model…</p>` : nothing}
    </li>`
  }

  protected override render(): TemplateResult {
    const { context, thread, names } = this
    const { passage, resolved, messages } = thread
    const place = context.comments.placeOf(thread)
    const { commentable } = context.notebook
    return html`<article
      aria-label=${`Comment by ${messages[0]?.by || 'somebody'}`}
      ?data-resolved=${resolved !== null}
      @focusin=${() => context.comments.choose(thread.id)}
      @click=${() => context.comments.choose(thread.id)}
    >
      <div class="nb-thread-head">
        ${
          thread.cell === null
            ? html`<span class="nb-thread-place">On the notebook</span>`
            : html`<button
                type="button"
                class="nb-thread-place"
                aria-label=${`Go to ${place}`}
                @click=${() => showThread(context, thread)}
              >
                ${place.replace(/^c/, 'C')}${
                  passage === null
                    ? nothing
                    : html` <q class=${passage.place === null ? 'nb-quote-gone' : ''}>${passage.quote}</q>`
                }
              </button>`
        }
        ${this.isNew ? html`<span class="nb-thread-new">New</span>` : nothing}
        ${
          commentable
            ? html`<button type="button" class="nb-thread-resolve" @click=${() => this.resolve()}>
                ${resolved === null ? 'Resolve' : 'Reopen'}
              </button>`
            : nothing
        }
      </div>
      ${passage?.place === null ? html`<p class="nb-comment-note">This text was deleted.</p>` : nothing}
      ${resolved === null ? nothing : html`<p class="nb-comment-note">Resolved by ${resolved.by || 'somebody'}</p>`}
      <ol role="list">
        ${repeat(
          messages,
          ({ id }) => id,
          (message) => this.message(message),
        )}
      </ol>
      ${
        commentable && resolved === null
          ? html`<nb-comment-field
              .placeholder=${'Reply, or @name'}
              .stays=${true}
              .names=${names}
              .onLost=${this.onLost}
              @send=${(event: CustomEvent<string>) => this.reply(event.detail)}
            ></nb-comment-field>`
          : nothing
      }
    </article>`
  }
}
