import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { splitModel } from '../../shared/notebook/model-choice.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellReceipt, cellReply, readHead } from '../../shared/notebook/document/read.ts'
import type { ShownStatus } from '../../shared/notebook/document/status.ts'
import type { Receipt, ReplyEnd } from '../../shared/notebook/receipt.ts'
import type { RunContext } from '../commands/context.ts'
import { askAgain } from '../commands/runs.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'

/** The message about an end, in addition to the reply and its error. */
const endWords: Readonly<Record<ReplyEnd, string>> = {
  done: '',
  stopped: 'Stopped.',
  broken: 'Interrupted before the reply was complete.',
  length: 'Cut off: the model reached its output limit.',
  steps: 'Paused: the model has called tools in 8 steps, which is the limit.',
  refused: 'The model declined to answer',
  failed: '',
}

const seconds = (milliseconds: number): string =>
  milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`
const tokens = (count: number): string => count.toLocaleString('en')
/** Small amounts with two significant digits. */
const dollars = (cost: number): string =>
  `$${cost === 0 || cost >= 0.01 ? cost.toFixed(2) : cost.toPrecision(2).replace(/e.*$/, '')}`

export const receiptLine = ({ model, input, output, cost, milliseconds }: Receipt): string =>
  [
    splitModel(model).id || model,
    ...(input === undefined || output === undefined ? [] : [`${tokens(input)} in, ${tokens(output)} out`]),
    ...(cost === undefined ? [] : [dollars(cost)]),
    ...(milliseconds === undefined ? [] : [seconds(milliseconds)]),
  ].join(' · ')

/** How a reply ended and what it took, and how to go on. */
@customElement('nb-receipt')
export class NbReceipt extends LightElement {
  @property({ attribute: false }) context!: RunContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) position = 0
  @property({ attribute: false }) status: ShownStatus = 'idle'
  readonly follow = new Follow(this, (changed) => [
    this.context.notebook.observer.onCell(this.cell, (changes) => {
      if (changes.has('head')) changed()
    }),
  ])

  /** A relay that died left no end. */
  private end(receipt: Receipt | null): ReplyEnd | null {
    return receipt?.end ?? (this.status === 'interrupted' ? 'broken' : null)
  }

  private rows(receipt: Receipt): readonly (readonly [name: string, value: string])[] {
    const { input, output, cached, thinking, milliseconds, cost } = receipt
    const run = readHead(this.context.notebook.doc, this.cell)?.run
    const took = run?.endedAt ? run.endedAt - run.startedAt : null
    return [
      ['Model', receipt.model],
      ...(input === undefined ? [] : [['Tokens in', tokens(input)] as const]),
      ...(cached === undefined ? [] : [['of them cached', tokens(cached)] as const]),
      ...(output === undefined ? [] : [['Tokens out', tokens(output)] as const]),
      ...(thinking === undefined ? [] : [['of them thinking', tokens(thinking)] as const]),
      ...(milliseconds === undefined ? [] : [['First token after', seconds(milliseconds)] as const]),
      ...(took === null ? [] : [['Total time', seconds(took)] as const]),
      ...(cost === undefined ? [] : [['Cost', dollars(cost)] as const]),
    ]
  }

  private details(receipt: Receipt): TemplateResult {
    return html`<details>
      <summary>${receiptLine(receipt)}</summary>
      <dl>
        ${this.rows(receipt).map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </details>`
  }

  private buttons(end: ReplyEnd, hasText: boolean): TemplateResult {
    const { context, cell } = this
    return html`<span class="nb-receipt-buttons">
      ${
        end !== 'done' && end !== 'refused' && hasText
          ? html`<button type="button" @click=${() => askAgain(context, cell, true)}>Continue</button>`
          : nothing
      }
      <button type="button" @click=${() => askAgain(context, cell, false)}>Regenerate</button>
    </span>`
  }

  protected override render(): TemplateResult | typeof nothing {
    const { doc, editable } = this.context.notebook
    const receipt = cellReceipt(doc, this.cell)
    const end = this.end(receipt)
    const notice = receipt?.notice ?? ''
    if (receipt === null && end === null) return nothing
    const hasText = (cellReply(doc, this.cell)?.toString().trim() ?? '') !== ''
    const isOver = this.status !== 'running' && this.status !== 'queued'
    const words = end === null ? '' : endWords[end]
    const reason = end !== 'refused' ? '' : receipt?.reason === undefined ? '.' : `: ${receipt.reason}`
    return html`<div
      class="nb-receipt"
      role="region"
      aria-label=${`Receipt of cell ${this.position}`}
      data-end=${end ?? nothing}
    >
      ${words === '' || !isOver ? nothing : html`<p class="nb-receipt-end">${words}${reason}</p>`}
      ${notice === '' ? nothing : html`<p class="nb-receipt-notice" role="status">${notice}</p>`}
      ${isOver && receipt !== null ? this.details(receipt) : nothing}
      ${isOver && end !== null && editable ? this.buttons(end, hasText) : nothing}
    </div>`
  }
}
