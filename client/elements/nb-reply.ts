import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import {
  cellReferences as readReferences,
  cellReply,
  cellThinking,
  readHead,
} from '../../shared/notebook/document/read.ts'
import type { ShownStatus } from '../../shared/notebook/document/status.ts'
import { hasEnded, readCalls } from '../../shared/notebook/document/calls.ts'
import { replyParts } from '../../shared/reply/parts.ts'
import type { ReviewContext } from '../commands/review.ts'
import type { NotebookContext, RunContext } from '../commands/context.ts'
import { strokeOf } from '../keymap/keys.ts'
import { approvals, openCall, replyPart } from './reply-calls.ts'
import { cellReferences } from './cell-references.ts'
import { loadScript } from '../load-script.ts'
import { leaves } from './leaves.ts'
import { LightElement } from './light-element.ts'
import { changesOfReply } from './change-of.ts'
import './nb-markdown.ts'
import './nb-source.ts'
import type { NbSource, SourceContext } from './nb-source.ts'

/** Only notebooks with replies need it. */
const loadReceipt = (): Promise<unknown> => import('./nb-receipt.ts')

export type ReplyContext = SourceContext &
  RunContext &
  ReviewContext &
  Pick<NotebookContext, 'toolCalls' | 'images'>

/**
 * A model's reply: rendered while it streams; double-click edits the shared text. Anyone may edit it, even while it
 * streams.
 */
@customElement('nb-reply')
export class NbReply extends LightElement {
  @property({ attribute: false }) context!: ReplyContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) position = 0
  @property({ attribute: false }) status: ShownStatus = 'idle'
  @state() private editing = false
  private stops: (() => void)[] = []
  /** Calls whose approval has been announced. */
  private announced: ReadonlySet<string> = new Set()

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.stops.length > 0) return
    const { notebook, review, toolCalls } = this.context
    this.stops = [
      notebook.observer.onCell(this.cell, (changes) => {
        if (changes.has('reply')) this.requestUpdate()
      }),
      toolCalls.onChange(() => this.requestUpdate()),
      review.onChange(() => this.requestUpdate()),
    ]
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    queueMicrotask(() => {
      if (!this.isConnected) for (const stop of this.stops.splice(0)) stop()
    })
  }

  private edit(): void {
    if (!this.context.notebook.writable) return
    this.editing = true
    void this.updateComplete.then(() => this.querySelector<NbSource>('nb-source')?.focusText(null))
  }

  private onKey(event: KeyboardEvent): void {
    const isEdit = this.context.shortcuts.keymap.keysOf('edit', 'command').includes(strokeOf(event) ?? '')
    if (!isEdit || event.target !== event.currentTarget) return
    event.preventDefault()
    event.stopPropagation()
    this.edit()
  }

  private onFocusOut(event: FocusEvent): void {
    if (leaves(this, event)) this.editing = false
  }

  protected override updated(): void {
    this.announce()
    const text = cellReply(this.context.notebook.doc, this.cell)
    const source = this.querySelector<NbSource>('nb-source')
    if (text === undefined || source === null) return
    source.show({
      context: this.context,
      cell: this.cell,
      text,
      language: 'markdown',
      label: `Reply of cell ${this.position}`,
      hint: '',
      arrowsLeave: false,
    })
  }

  private announce(): void {
    const asked = new Set(this.context.toolCalls.askedIn(this.cell).map(([digest]) => digest))
    if ([...asked].some((digest) => !this.announced.has(digest))) {
      this.context.announce(`The model asks to run code: approve it or not in cell ${this.position}.`)
      this.querySelector('.nb-approval')?.scrollIntoView({ block: 'nearest' })
    }
    this.announced = asked
  }

  private receipt(): TemplateResult {
    if (customElements.get('nb-receipt') === undefined) {
      loadScript(loadReceipt)
      void customElements.whenDefined('nb-receipt').then(() => this.requestUpdate())
      return html`<div class="nb-receipt-place"></div>`
    }
    return html`<nb-receipt
      .context=${this.context}
      .cell=${this.cell}
      .position=${this.position}
      .status=${this.status}
    ></nb-receipt>`
  }

  protected override render(): TemplateResult {
    const { doc } = this.context.notebook
    const reply = cellReply(doc, this.cell)?.toString() ?? ''
    const thinking = cellThinking(doc, this.cell)?.toString() ?? ''
    const streaming = this.status === 'running'
    const calls = readCalls(doc, this.cell)
    const parts = replyParts(reply)
    const written = new Set(parts.map((part) => (part.type === 'tool' ? part.id : null)))
    // What has ended is in the text a moment later.
    const unwritten = calls.filter(({ id }) => !written.has(id))
    const waiting = streaming && reply === '' && unwritten.length === 0
    const empty = this.status === 'done' && reply.trim() === '' && unwritten.length === 0
    const text = waiting
      ? html`<p class="nb-waiting">Waiting for the model…</p>`
      : empty
        ? html`<p class="nb-empty-reply">The reply is empty.</p>`
        : parts.map((part) => replyPart(part, calls, streaming, this.context.images))
    return html`${cellReferences(readReferences(doc, this.cell), this.position)}${
      thinking === ''
        ? nothing
        : html`<details class="nb-thinking">
            <summary>${streaming && reply === '' ? 'Thinking…' : 'Thinking'}</summary>
            <div>${thinking}</div>
          </details>`
    }
    ${
      this.editing
        ? html`<nb-source @focusout=${this.onFocusOut} @vanish=${() => (this.editing = false)}></nb-source>`
        : html`<div
            class="nb-reply-text"
            role="region"
            tabindex="0"
            aria-label=${`Reply of cell ${this.position}`}
            title=${this.context.notebook.editable ? 'Double-click to edit' : nothing}
            ?data-streaming=${streaming && unwritten.every(hasEnded)}
            @dblclick=${() => this.edit()}
            @keydown=${this.onKey}
          >
            ${text}${unwritten.map((call) => openCall(call, streaming || hasEnded(call)))}
          </div>`
    }
    ${approvals(this.context.toolCalls, this.cell)}
    ${changesOfReply(this.context, readHead(doc, this.cell)?.run?.id ?? '')} ${this.receipt()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-reply': NbReply
  }
}
