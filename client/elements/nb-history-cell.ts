import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { equalityDeep } from 'lib0/function'
import { sameOutputs, type CellDifference } from '../../shared/notebook/merge/compare.ts'
import type { Cell } from '../../shared/notebook/notebook.ts'
import { plainText, shownOutputs } from '../../shared/notebook/output/output.ts'
import { viewOf } from '../cell-kinds/views.ts'
import { diffRows, textRows, type LineClients, type Row } from '../document/diff-rows.ts'
import { diffLine } from './diff-lines.ts'
import { LightElement } from './light-element.ts'

const lineLabels = { gone: 'only then: ', new: 'only now: ' }

export const cellState = ({ was, now, moved, same }: CellDifference): string => {
  if (same) return 'unchanged'
  if (now === null) return 'deleted since'
  if (was === null) return 'added since'
  return [
    ...(was.source === now.source ? [] : ['changed']),
    ...(was.kind === now.kind ? [] : [`now ${viewOf(now.kind).kind.label.toLowerCase()}`]),
    ...(equalityDeep(was.meta, now.meta) ? [] : ['different settings']),
    ...(moved ? ['moved'] : []),
    ...(replyOf(was) === replyOf(now) ? [] : ['different reply']),
    ...(sameOutputs(was, now) ? [] : ['different output']),
  ].join(', ')
}

const replyOf = (cell: Cell | null): string => cell?.result?.reply ?? ''
const outputOf = (cell: Cell | null): string =>
  shownOutputs(cell?.result?.outputs ?? [])
    .map(plainText)
    .join('\n')
    .trimEnd()

/** A past cell compared with the present one. Text only: nothing of a notebook runs or loads here. */
@customElement('nb-history-cell')
export class NbHistoryCell extends LightElement {
  @property({ attribute: false }) cell!: CellDifference
  @property({ attribute: false }) clients!: { readonly was: LineClients; readonly now: LineClients }
  @property({ attribute: false }) nameOf!: (client: number) => string | null
  @property({ type: Boolean }) writable = false

  private row(row: Row): TemplateResult {
    return diffLine(row, lineLabels, (client) => this.nameOf(client))
  }

  /** The result of a run where it differs. Images appear by name only. */
  private made(name: string, was: string, now: string): TemplateResult | typeof nothing {
    if (was === now) return nothing
    return html`<div class="nb-diff nb-diff-made" role="group" aria-label=${name}>
      <h4>${name}</h4>
      ${textRows(was, now).map((row) => this.row(row))}
    </div>`
  }

  protected override render(): TemplateResult {
    const { cell, clients } = this
    const side = cell.was ?? cell.now
    const action = cell.was === null ? 'Delete this cell' : 'Restore this cell'
    const rows = diffRows(
      { text: cell.was?.source ?? '', clients: clients.was },
      { text: cell.now?.source ?? '', clients: clients.now },
    )
    // A side that does not exist has no line.
    const shown =
      cell.was !== null && cell.now !== null
        ? rows
        : rows.filter((row) => row.type === 'fold' || row.type === (cell.was === null ? 'new' : 'gone'))
    return html`<div class="nb-history-cell-head">
        <h3>${side === null ? '' : viewOf(side.kind).kind.label} <span>${cellState(cell)}</span></h3>
        <button
          type="button"
          ?disabled=${!this.writable}
          @click=${() => this.dispatchEvent(new CustomEvent('restore', { detail: cell.id, bubbles: true }))}
        >
          ${action}
        </button>
      </div>
      <div class="nb-diff">${shown.map((row) => this.row(row))}</div>
      ${this.made('Reply', replyOf(cell.was), replyOf(cell.now))}
      ${this.made('Output', outputOf(cell.was), outputOf(cell.now))}`
  }
}
