import { html, nothing, type PropertyValues } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { beginComment, showThread, type CommentContext } from '../commands/comment.ts'
import type { NotebookContext } from '../commands/context.ts'
import { RenderedMarks } from '../comments/rendered-marks.ts'
import { Follow } from './follow.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'

export type MarkerContext = CommentContext & Pick<NotebookContext, 'shortcuts'>

/** In the margin of a cell: the number of open threads, or a button to start one. */
@customElement('nb-comment-marker')
export class NbCommentMarker extends LightElement {
  @property({ attribute: false }) context!: MarkerContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) position = 0
  private readonly marks = new RenderedMarks()
  private isMarking = false
  /** Rendered text changes while a reply streams, and when a note is edited. */
  private readonly rendered = new MutationObserver(() => this.markSoon())
  readonly follow = new Follow(this, (changed) => [this.context.comments.onChange(changed)])

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.rendered.disconnect()
    this.marks.clear()
  }

  private markSoon(): void {
    if (this.isMarking) return
    this.isMarking = true
    requestAnimationFrame(() => {
      this.isMarking = false
      this.mark()
    })
  }

  private mark(): void {
    const { comments } = this.context
    const passages = comments
      .ofCell(this.cell)
      .flatMap(({ id, passage }) =>
        passage === null ? [] : [{ ...passage, isChosen: id === comments.chosen }],
      )
    const body = this.isConnected ? (this.closest('nb-cell')?.querySelector('.nb-body') ?? null) : null
    this.rendered.disconnect()
    if (body === null || passages.length === 0) return this.marks.clear()
    const [note, reply] = [
      body.querySelector(':scope > nb-markdown'),
      body.querySelector('nb-reply .nb-reply-text'),
    ]
    const quotes = (where: 'source' | 'reply') => passages.filter((passage) => passage.in === where)
    this.marks.show(note ?? reply, quotes(note === null ? 'reply' : 'source'))
    this.rendered.observe(body, { childList: true, subtree: true, characterData: true })
  }

  private press(): void {
    const [first] = this.context.comments.ofCell(this.cell)
    if (first === undefined) beginComment(this.context, null, this.cell)
    else showThread(this.context, first)
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    this.markSoon()
  }

  protected override render(): unknown {
    const { context, cell, position } = this
    const threads = context.comments.ofCell(cell)
    if (threads.length === 0 && !context.notebook.commentable) return nothing
    const isNew = threads.some((thread) => context.comments.isUnread(thread))
    const count = threads.length
    const label =
      count === 0
        ? `Comment on cell ${position}`
        : `${count} ${count === 1 ? 'comment' : 'comments'} on cell ${position}${isNew ? ', new' : ''}`
    return html`<button
      type="button"
      ?data-count=${count > 0}
      ?data-new=${isNew}
      aria-label=${label}
      title=${count > 0 ? label : context.shortcuts.hint('Comment', 'comment')}
      @mousedown=${(event: Event) => event.preventDefault()}
      @click=${() => this.press()}
    >
      ${icons.comment}${count > 1 ? html`<span>${count}</span>` : nothing}
    </button>`
  }
}
