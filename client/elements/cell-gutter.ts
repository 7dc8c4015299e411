// The left margin of a cell: run or stop button, execution count, run status.
import { html, nothing, type TemplateResult } from 'lit'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { CellHead } from '../../shared/notebook/document/read.ts'
import type { ShownStatus } from '../../shared/notebook/document/status.ts'
import type { KindView } from '../cell-kinds/kind-view.ts'
import type { NotebookContext, RunContext } from '../commands/context.ts'
import { runCell, stopCell } from '../commands/runs.ts'
import { waitsForClick } from './cell-notice.ts'
import { icons } from './icons.ts'
import type { MarkerContext } from './nb-comment-marker.ts'

export type GutterContext = RunContext & MarkerContext & Pick<NotebookContext, 'shortcuts'>

const statusLabels: Readonly<Record<ShownStatus, string>> = {
  idle: '',
  queued: 'Waiting to run',
  running: 'Running',
  done: '',
  error: 'Ended with an error',
  interrupted: 'Interrupted',
}

export const cellBadge = (
  view: KindView,
  head: CellHead | undefined,
  status: ShownStatus,
): TemplateResult | typeof nothing => {
  const { executor } = view.kind
  if (executor === null) return nothing
  const count =
    executor.type === 'kernel' && head !== undefined && head.count !== null ? String(head.count) : ''
  return html`<span class="nb-count" title=${statusLabels[status]}>${count}</span>
    <span
      class="nb-dot"
      role="img"
      aria-label=${statusLabels[status]}
      ?hidden=${statusLabels[status] === ''}
    ></span>`
}

export const cellButton = (
  context: GutterContext,
  cell: CellId,
  view: KindView,
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
  if (view.kind.executor === null && !view.rendered) return nothing
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

/** For a pointer; keys move cells, too. */
export const cellGrip = (): TemplateResult =>
  html`<span class="nb-grip" title="Drag to move" aria-hidden="true">${icons.grip}</span>`

/** Once it is loaded. */
export const cellComments = (
  context: MarkerContext,
  cell: CellId,
  position: number,
): TemplateResult | typeof nothing =>
  customElements.get('nb-comment-marker') === undefined
    ? nothing
    : html`<nb-comment-marker .context=${context} .cell=${cell} .position=${position}></nb-comment-marker>`
