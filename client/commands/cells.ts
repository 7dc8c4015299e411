// Commands on the list of cells.
import { apply } from '../../shared/notebook/document/apply.ts'
import { bookmarkOf, freeBookmark } from '../../shared/notebook/document/bookmarks.ts'
import { flagsOf, foldFlag, toggledFlag, type CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { foldedAway, shownCells, withHidden } from '../../shared/notebook/document/headings.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import { lineStart } from '../../shared/notebook/lines.ts'
import type { CellId, KindName, Leaves } from '../../shared/notebook/notebook.ts'
import type { After, Operation, Outcome } from '../../shared/notebook/document/operations.ts'
import { byPerson } from '../../shared/notebook/person.ts'
import { cellSource, readHead, readNotebookMeta, visibleCells } from '../../shared/notebook/document/read.ts'
import type { CellContext } from './context.ts'
import type { Mode } from './selection.ts'
import { now } from '../document/clock.ts'

/** What a person without write access can do. */
export const readOnlyWords = ({ grant, readOnly }: CellContext['notebook']): string =>
  grant.allows('write') && readOnly
    ? 'Read only: this copy is to stay as it is.'
    : grant.allows('comment')
      ? 'Comments only: you can read this notebook and comment on it but not change or run it.'
      : 'Read only: you can read this notebook but not change or run it.'

/** Shows an error if not. */
const may = ({ notebook, showError }: CellContext, what: 'runnable' | 'writable'): boolean => {
  if (notebook[what]) return true
  if (!notebook.grant.allows('write') || (notebook.loaded && notebook.readOnly))
    showError(readOnlyWords(notebook))
  else if (!notebook.loaded) showError('The notebook is not open yet.')
  else if (notebook.presented) showError('Nothing can be changed in this view: go back to the notebook view.')
  else showError('This notebook was written by a newer version and is read-only here.')
  return false
}

/** Whether cells may be run; shows an error if not. */
export const mayRun = (context: CellContext): boolean => may(context, 'runnable')

/** Whether the notebook may be changed; shows an error if not. */
export const mayWrite = (context: CellContext): boolean => may(context, 'writable')

/** Applies one operation as one undo step; shows why if it fails. */
export const act = (context: CellContext, operation: Operation): boolean => actAll(context, [operation])

/** One undo step for all. */
export const actAll = (context: CellContext, operations: readonly Operation[]): boolean =>
  inStep(context, () => operations.map((operation) => apply(context.notebook.doc, operation)))

/** One undo step; shows why if a part of it fails. */
export const inStep = (context: CellContext, work: () => readonly Outcome[]): boolean => {
  if (!mayWrite(context)) return false
  const outcomes = context.notebook.undo.step(work)
  const failed = outcomes.find((outcome) => !outcome.ok)
  if (failed?.ok === false) context.showError(`Failed: ${failed.reason}.`)
  return failed === undefined
}

/** Inserts an empty cell after `after` (null: at the top) and goes there. */
export const insertCell = (context: CellContext, kind: KindName, after: After, mode: Mode): void => {
  const id = newCellId()
  if (act(context, { type: 'insert-cell', id, kind, after })) context.focusCell(id, mode, 'start')
}

export const cellBefore = (context: CellContext, cell: CellId): CellId | null => {
  const cells = shownCells(context.notebook.doc)
  return cells[cells.indexOf(cell) - 1] ?? null
}

export const cellBehind = (context: CellContext, cell: CellId): CellId | null => {
  const cells = shownCells(context.notebook.doc)
  const at = cells.indexOf(cell)
  return at < 0 ? null : (cells[at + 1] ?? null)
}

export const deletion = (context: CellContext, id: CellId): Operation => ({
  type: 'delete-cell',
  id,
  ...byPerson(context.person()),
  at: now(),
})

export const deleteCells = (context: CellContext, cells: readonly CellId[]): void => {
  if (
    actAll(
      context,
      cells.map((id) => deletion(context, id)),
    )
  )
    context.announce(
      cells.length === 1
        ? 'Cell deleted. Undo to restore it.'
        : `${cells.length} cells deleted. Undo to restore them.`,
    )
}

/** Below `after`, or to the top, in their order; the selection goes with them. */
export const moveCellsTo = (context: CellContext, cells: readonly CellId[], after: After): void => {
  const { selection } = context
  const { cell: current, mode, hasSeveral } = selection
  const moves = cells.map((id, i): Operation => ({ type: 'move-cell', id, after: cells[i - 1] ?? after }))
  if (!actAll(context, moves)) return
  if (hasSeveral && current !== null && cells.includes(current)) context.focusCell(current, 'extend', null)
  else if (cells[0] !== undefined) context.focusCell(cells[0], mode, null)
}

/** Together, past one neighbour; a collapsed section is moved, and passed, as one. */
export const moveCells = (context: CellContext, chosen: readonly CellId[], by: -1 | 1): void => {
  const { doc } = context.notebook
  const cells = visibleCells(doc)
  const away = foldedAway(doc)
  const moved = withHidden(doc, chosen)
  const [first, last] = [moved[0], moved.at(-1)]
  if (first === undefined || last === undefined) return
  const neighbour = cells[by === 1 ? cells.indexOf(last) + 1 : cells.indexOf(first) - 1]
  if (!cells.includes(first) || neighbour === undefined) return
  if (by === 1) return moveCellsTo(context, moved, withHidden(doc, [neighbour]).at(-1) ?? null)
  const heading = away.get(neighbour)
  const passed = heading === undefined || heading === away.get(first) ? neighbour : heading
  moveCellsTo(context, moved, cells[cells.indexOf(passed) - 1] ?? null)
}

export const setKind = (context: CellContext, cells: readonly CellId[], kind: KindName): void => {
  actAll(
    context,
    cells.map((id) => ({ type: 'set-kind', id, kind })),
  )
}

/** Ticks the task in that line of a note, 0 for the first, or takes the tick away. */
export const toggleTask = (context: CellContext, cell: CellId, line: number): void => {
  const source = cellSource(context.notebook.doc, cell)?.toString() ?? ''
  const start = lineStart(source, line)
  const [text = ''] = source.slice(start).split('\n', 1)
  const [, before, mark] = /^([\s>]*(?:[-*+]|\d+[.)])\s+\[)([ xX])\]/.exec(text) ?? []
  if (before === undefined) return
  const from = start + before.length
  act(context, { type: 'splice-source', id: cell, from, to: from + 1, insert: mark === ' ' ? 'x' : ' ' })
}

const toggled = (
  context: CellContext,
  cells: readonly CellId[],
  flagOf: (meta: Leaves) => CellFlag,
): readonly Operation[] => {
  const metaOf = (cell: CellId): Leaves => readHead(context.notebook.doc, cell)?.meta ?? {}
  const has = (cell: CellId): boolean => flagsOf(metaOf(cell)).includes(flagOf(metaOf(cell)))
  const [first] = cells
  const isOn = first !== undefined && has(first)
  return cells
    .filter((cell) => has(cell) === isOn)
    .flatMap((id) =>
      toggledFlag(metaOf(id), flagOf(metaOf(id))).map((change) => ({ type: 'set-cell-meta', id, ...change })),
    )
}

/** All of them as the first one. */
export const toggleFlags = (context: CellContext, cells: readonly CellId[], flag: CellFlag): void => {
  actAll(
    context,
    toggled(context, cells, () => flag),
  )
}

export const toggleFlag = (context: CellContext, cell: CellId, flag: CellFlag): void =>
  toggleFlags(context, [cell], flag)

/** Collapses or expands them, with the flag this notebook uses for that. */
export const toggleFolds = (
  context: CellContext,
  cells: readonly CellId[],
  what: 'source' | 'output',
): void => {
  const notebookMeta = readNotebookMeta(context.notebook.doc)
  actAll(
    context,
    toggled(context, cells, (meta) => foldFlag(meta, notebookMeta, what)),
  )
}

/** Collapses or expands the sources or outputs of all cells that a kernel runs. */
export const foldCode = (context: CellContext, what: 'source' | 'output', folded: boolean): void => {
  const { doc } = context.notebook
  const notebookMeta = readNotebookMeta(doc)
  const cells = visibleCells(doc).filter((cell) => {
    const head = readHead(doc, cell)
    if (head === undefined || kindNamed(head.kind).executor?.type !== 'kernel') return false
    return flagsOf(head.meta).includes(foldFlag(head.meta, notebookMeta, what)) !== folded
  })
  toggleFolds(context, cells, what)
}

/** Assigns the lowest free number, or removes the cell's own. */
export const toggleBookmark = (context: CellContext, cell: CellId): void => {
  const { doc } = context.notebook
  const isSet = bookmarkOf(readHead(doc, cell)?.meta ?? {}) !== null
  const free = freeBookmark(doc)
  if (!isSet && free === null) return context.showError('All nine bookmarks are in use.')
  act(context, {
    type: 'set-cell-meta',
    id: cell,
    key: 'bookmark',
    value: isSet ? undefined : (free ?? undefined),
  })
}
