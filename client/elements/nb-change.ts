import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { answeredText, replacedIn } from '../../shared/context/answered-text.ts'
import { isCodeKind } from '../../shared/notebook/cell-kinds/kinds.ts'
import { listEditRequests } from '../../shared/notebook/document/edit-request.ts'
import { cellSource, listCells, readHead } from '../../shared/notebook/document/read.ts'
import { listChanges, sourceWith, type Change } from '../../shared/notebook/document/review.ts'
import type { LiveThread } from '../../shared/notebook/document/threads.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { isBy } from '../../shared/notebook/person.ts'
import {
  askModel,
  dismissEdit,
  keep,
  leaveEdit,
  stopEdit,
  takeBack,
  type ReviewContext,
} from '../commands/review.ts'
import { textRows } from '../document/diff-rows.ts'
import { diffLine } from './diff-lines.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import './nb-change-bar.ts'
import './nb-comment-field.ts'
import { receiptLine } from './nb-receipt.ts'

const labels = { gone: 'before: ', new: 'now: ' }
const proposedLabels = { gone: 'now: ', new: 'proposed: ' }

/** One change of the cell, as a person sees it. */
interface Shown {
  readonly change: Change
  readonly before: string
  readonly after: string
}

const firstDifference = ({ before, after }: Shown): number => {
  let at = 0
  while (at < before.length && before[at] === after[at]) at++
  return at
}

const words: Readonly<Record<Change['what'], readonly [done: string, proposed: string]>> = {
  edited: ['changed this cell', 'proposes to change this cell'],
  added: ['added this cell', 'proposes this cell'],
  moved: ['moved this cell', 'proposes to move this cell'],
  deleted: ['deleted this cell', 'proposes to delete this cell'],
}

/** What a model changed in a cell and nobody has decided on, and the field for asking for changes. */
@customElement('nb-change')
export class NbChange extends LightElement {
  @property({ attribute: false }) context!: ReviewContext
  @property({ attribute: false }) cell!: CellId
  /** 0 for a cell that is not in the notebook (any more, or yet). */
  @property({ attribute: false }) position = 0
  readonly follow = new Follow(this, (changed) => [
    this.context.review.onChange(changed),
    this.context.notebook.observer.onCell(this.cell, (changes) => {
      if (changes.has('source') || changes.has('head')) changed()
    }),
  ])

  private get source(): string {
    return cellSource(this.context.notebook.doc, this.cell)?.toString() ?? ''
  }

  private get shown(): readonly Shown[] {
    const { doc } = this.context.notebook
    const { cell, source } = this
    return listChanges(doc)
      .filter((change) => change.cell === cell)
      .map((change): Shown => {
        const { what, proposed } = change
        if (what === 'added') return { change, before: '', after: source }
        if (what === 'deleted') return { change, before: source, after: '' }
        const other = sourceWith(doc, cell, [change])
        return proposed ? { change, before: source, after: other } : { change, before: other, after: source }
      })
      .sort((a, b) => firstDifference(a) - firstDifference(b))
  }

  private rows(before: string, after: string, proposed: boolean): TemplateResult | typeof nothing {
    const rows = textRows(before, after)
    // One unchanged line on each side says where it is.
    const isChanged = (at: number): boolean => ['gone', 'new'].includes(rows[at]?.type ?? 'same')
    const lines = rows.filter(
      ({ type }, at) => type !== 'fold' && (isChanged(at - 1) || isChanged(at) || isChanged(at + 1)),
    )
    if (before === after) return nothing
    return html`<div class="nb-diff">
      ${lines.map((row) => diffLine(row, proposed ? proposedLabels : labels, () => null))}
    </div>`
  }

  private decisions(changes: readonly Change[]): TemplateResult | typeof nothing {
    const { context } = this
    if (!context.notebook.editable) return nothing
    return html`<span class="nb-decide">
      <button
        type="button"
        title=${context.shortcuts.hint('Keep', 'keep-change')}
        @click=${() => keep(context, changes)}
      >
        Keep
      </button>
      <button
        type="button"
        title=${context.shortcuts.hint('Take back', 'take-back-change')}
        @click=${() => takeBack(context, changes)}
      >
        Take back
      </button>
    </span>`
  }

  private hunk({ change, before, after }: Shown, number: number, count: number): TemplateResult {
    const { key, proposed, what } = change
    const isText = what === 'edited' || what === 'deleted' || (what === 'added' && proposed)
    return html`<div
      role="group"
      aria-label=${count === 1 ? 'Change' : `Change ${number} of ${count}`}
      class="nb-hunk"
      tabindex="-1"
      data-change=${key}
    >
      ${isText ? this.rows(before, after, proposed) : html`<p>${this.about(change)}</p>`}
      ${count > 1 ? this.decisions([change]) : nothing}
    </div>`
  }

  /** Of a change that is not in the text. */
  private about({ what, proposed, to }: Change): string {
    if (what === 'added') return 'All of it is new.'
    const before = listCells(this.context.notebook.doc).filter(
      ({ id, order, deleted }) => deleted === null && id !== this.cell && order < to,
    )
    return `It ${proposed ? 'would be' : 'was'} cell ${before.length + 1}.`
  }

  private changes(shown: readonly Shown[], requests: readonly LiveThread[]): TemplateResult | typeof nothing {
    const [first] = shown
    if (first === undefined) return nothing
    const { change } = first
    const place = this.position === 0 ? 'a cell that is not in the notebook' : `cell ${this.position}`
    const said = new Set(shown.map(({ change: { what, proposed } }) => words[what][proposed ? 1 : 0]))
    const receipts = requests
      .filter(({ id }) => shown.some((each) => each.change.group === id))
      .flatMap(({ messages }) => messages[1]?.receipt ?? [])
      .map((receipt) => html` <small>${receiptLine(receipt)}</small>`)
    return html`<div
      class="nb-change"
      role="group"
      aria-label=${`Change to ${place}`}
      ?data-proposed=${shown.some(({ change: { proposed } }) => proposed)}
    >
      <div class="nb-change-head">
        <span>${change.by || 'A model'} ${[...said].join(' and ')}${receipts}</span>
        ${this.decisions(shown.map((each) => each.change))}
      </div>
      ${repeat(
        shown,
        (each) => each.change.key,
        (each, index) => this.hunk(each, index + 1, shown.length),
      )}
    </div>`
  }

  /** While the answer comes, what it does to the text as far as it goes. */
  private coming(request: LiveThread): TemplateResult | typeof nothing {
    const { source } = this
    const answer = request.messages[1]
    if (answer === undefined || answer.text === '') return nothing
    const place = request.passage === null ? { from: 0, to: source.length } : request.passage.place
    if (place === null) return nothing
    const kind = readHead(this.context.notebook.doc, this.cell)?.kind ?? ''
    const replaced = replacedIn(source, place, isCodeKind(kind))
    const text = answeredText(answer.text, replaced).replace(/\n$/, '')
    // The lines to which the answer has not come yet stay.
    const rest = replaced.text.split('\n').slice(text.split('\n').length)
    const after = source.slice(0, place.from) + [text, ...rest].join('\n') + source.slice(place.to)
    return this.rows(source, after, true)
  }

  private request(request: LiveThread, isDecided: boolean): TemplateResult | typeof nothing {
    const { context } = this
    const [question, answer] = request.messages
    if (question === undefined || (answer?.status === 'done' && !isDecided)) return nothing
    const running = answer === undefined ? question.asked?.stop !== true : answer.status === 'running'
    const said = running
      ? `${answer?.by ?? 'The model'} is editing…`
      : answer?.status === 'error'
        ? (answer.error ?? 'That failed.')
        : answer?.status === 'done'
          ? 'The model changed nothing.'
          : 'Stopped. Nothing was changed.'
    const mine = isBy(context.person(), question)
    return html`<div class="nb-change" role="group" aria-label="Edit with the model">
      <div class="nb-change-head">
        <span role="status">${said} <q>${question.text}</q></span>
        ${
          !context.notebook.editable
            ? nothing
            : running
              ? mine
                ? html`<button type="button" @click=${() => stopEdit(context, request)}>Stop</button>`
                : nothing
              : html`<button type="button" @click=${() => dismissEdit(context, request)}>Dismiss</button>`
        }
      </div>
      ${running ? this.coming(request) : nothing}
    </div>`
  }

  private draft(): TemplateResult | typeof nothing {
    const { context, cell } = this
    const { draft } = context.review
    if (draft?.cell !== cell) return nothing
    const about = draft.passage === null ? nothing : html`<p>In the selected text</p>`
    return html`<div class="nb-change nb-draft" role="group" aria-label="Edit with the model">
      ${about}<nb-comment-field
        .label=${'What should change?'}
        .placeholder=${'What should change?'}
        .action=${'Change'}
        .takesFocus=${true}
        @send=${(event: CustomEvent<string>) => askModel(context, event.detail)}
        @leave=${() => leaveEdit(context)}
        @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
      ></nb-comment-field>
    </div>`
  }

  protected override render(): unknown {
    const { shown, cell } = this
    const requests = listEditRequests(this.context.notebook.doc).filter((request) => request.cell === cell)
    return html`${this.draft()}${requests.map((request) =>
      this.request(
        request,
        shown.every(({ change }) => change.group !== request.id),
      ),
    )}${this.changes(shown, requests)}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-change': NbChange
  }
}
