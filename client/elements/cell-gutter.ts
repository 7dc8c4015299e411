// The left margin of a cell: the button that runs or stops it, its number, and how its run stands.
import { html, nothing, type TemplateResult } from 'lit'
import { type CellId, type CellKind } from '../../shared/notebook/notebook.ts'
import { type CellHead } from '../../shared/notebook/read.ts'
import { type ShownStatus } from '../../shared/notebook/status.ts'
import { type NotebookContext } from '../commands/context.ts'
import { runCell, stopCell } from '../commands/runs.ts'
import { waitsForClick } from './cell-notice.ts'
import { icons } from './icons.ts'

const words: Readonly<Record<ShownStatus, string>> = {
  idle: '',
  queued: 'Waiting to run',
  running: 'Running',
  done: '',
  error: 'Ended with an error',
  interrupted: 'Interrupted',
}

export const cellBadge = (
  kind: CellKind,
  head: CellHead | undefined,
  status: ShownStatus,
): TemplateResult | typeof nothing => {
  if (kind === 'note' || kind === 'raw') return nothing
  const count = kind === 'code' && head !== undefined && head.count !== null ? String(head.count) : ''
  return html`<span class="nb-count" title=${words[status]}>${count}</span>
    <span class="nb-dot" role="img" aria-label=${words[status]} ?hidden=${words[status] === ''}></span>`
}

export const cellButton = (
  context: NotebookContext,
  cell: CellId,
  kind: CellKind,
  head: CellHead | undefined,
  status: ShownStatus,
): TemplateResult | typeof nothing => {
  const waits = head !== undefined && waitsForClick(context, cell, head)
  if (status === 'running' || (status === 'queued' && !waits))
    return html`<button
      type="button"
      class="nb-stop"
      aria-label="Stop cell"
      title=${context.shortcuts.hint('Stop cell', 'stop')}
      @click=${() => stopCell(context, cell)}
    >
      ${icons.stop}
    </button>`
  if (kind === 'raw') return nothing
  return html`<button
    type="button"
    class="nb-run"
    aria-label="Run cell"
    title=${context.shortcuts.hint('Run cell', 'run')}
    @click=${() => runCell(context, cell)}
  >
    ${icons.run}
  </button>`
}
