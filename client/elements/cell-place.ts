// A cell that was not rendered yet: an empty element of about its height that tells its kind and status.
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead, type CellHead } from '../../shared/notebook/document/read.ts'
import { isQueued, shownStatus, type ShownStatus } from '../../shared/notebook/document/status.ts'
import { viewOf } from '../cell-kinds/views.ts'
import type { CellContext } from '../commands/context.ts'
import type { Turn } from './deferred-element.ts'

/**
 * Cells that are rendered at once, and when the page is idle: the browser's own search and screen readers find them. Those
 * further down are rendered when they are near, or called for: each takes some 10 kB.
 */
const [firstCells, idleCells] = [30, 1_000]

/** `position`: 1 for the first. */
export const turnOf = (position: number): Turn => {
  if (position <= firstCells) return 'now'
  return position <= idleCells ? 'idle' : 'called'
}

type Notebook = CellContext['notebook']

export const statusIn = ({ presence, connected }: Notebook, head: CellHead): ShownStatus =>
  shownStatus(head, { connected, absentFor: (executor) => presence.absentFor(executor) })

/** Its status depends on who is present, and on time. */
export const isUnsettled = (head: CellHead): boolean => head.status === 'running' || isQueued(head)

/** Before the first layout, so that the scroll bar is right. Returns the lines of the cell. */
export const reserveRoom = (element: HTMLElement, { doc }: Notebook, cell: CellId): number => {
  const lines = (cellSource(doc, cell)?.toString() ?? '').split('\n').length
  element.setAttribute('style', `--nb-lines: ${lines}`)
  return lines
}

/** Returns what was read of the cell. */
export const showPlace = (element: HTMLElement, notebook: Notebook, cell: CellId): CellHead | undefined => {
  const head = readHead(notebook.doc, cell)
  if (head !== undefined)
    Object.assign(element.dataset, { kind: viewOf(head.kind).kind.name, status: statusIn(notebook, head) })
  return head
}
