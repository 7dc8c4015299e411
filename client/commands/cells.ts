// Commands on the list of cells.
import { apply } from '../../shared/notebook/document/apply.ts'
import { bookmarkOf, freeBookmark } from '../../shared/notebook/document/bookmarks.ts'
import { foldFlag, toggledFlag, type CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import { shownCells } from '../../shared/notebook/document/headings.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import type { CellId, KindName } from '../../shared/notebook/notebook.ts'
import type { After, Operation } from '../../shared/notebook/document/operations.ts'
import { byPerson } from '../../shared/notebook/person.ts'
import { cellSource, readHead, readNotebookMeta, visibleCells } from '../../shared/notebook/document/read.ts'
import type { CellContext } from './context.ts'
import type { Mode } from './selection.ts'

/** What a person without write access can do. */
export const readOnlyWords = ({ grant }: CellContext['notebook']): string =>
  grant.allows('comment')
    ? 'Comments only: you can read this notebook and comment on it but not change or run it.'
    : 'Read only: you can read this notebook but not change or run it.'

/** Shows an error if the notebook is read-only. */
export const mayWrite = ({ notebook, showError }: CellContext): boolean => {
  if (!notebook.grant.allows('write')) showError(readOnlyWords(notebook))
  else if (!notebook.writable)
    showError(
      notebook.loaded
        ? 'This notebook was written by a newer version and is read-only here.'
        : 'The notebook is not open yet.',
    )
  return notebook.writable
}

/** Applies one operation as one undo step; shows why if it fails. */
export const act = (context: CellContext, operation: Operation): boolean => actAll(context, [operation])

/** One undo step for all. */
export const actAll = (context: CellContext, operations: readonly Operation[]): boolean => {
  const { notebook } = context
  if (!mayWrite(context)) return false
  const outcomes = notebook.undo.step(() => operations.map((operation) => apply(notebook.doc, operation)))
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

export const deleteCell = (context: CellContext, cell: CellId): void => {
  if (act(context, { type: 'delete-cell', id: cell, ...byPerson(context.person()), at: Date.now() }))
    context.announce('Cell deleted. Undo to restore it.')
}

export const moveCell = (context: CellContext, cell: CellId, by: -1 | 1): void => {
  const cells = visibleCells(context.notebook.doc)
  const at = cells.indexOf(cell)
  if (at < 0 || at + by < 0 || at + by >= cells.length) return
  const after = by === 1 ? cells[at + 1] : cells[at - 2]
  if (act(context, { type: 'move-cell', id: cell, after: after ?? null }))
    context.focusCell(cell, context.selection.mode, null)
}

export const setKind = (context: CellContext, cell: CellId, kind: KindName): void => {
  act(context, { type: 'set-kind', id: cell, kind })
}

export const toggleFlag = (context: CellContext, cell: CellId, flag: CellFlag): void => {
  const meta = readHead(context.notebook.doc, cell)?.meta ?? {}
  actAll(
    context,
    toggledFlag(meta, flag).map((change) => ({ type: 'set-cell-meta', id: cell, ...change })),
  )
}

/** Ticks the task in that line of a note, 0 for the first, or takes the tick away. */
export const toggleTask = (context: CellContext, cell: CellId, line: number): void => {
  const lines = (cellSource(context.notebook.doc, cell)?.toString() ?? '').split('\n')
  const [, before, mark] = /^([\s>]*(?:[-*+]|\d+[.)])\s+\[)([ xX])\]/.exec(lines[line] ?? '') ?? []
  if (before === undefined) return
  const from = lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + before.length
  act(context, { type: 'splice-source', id: cell, from, to: from + 1, insert: mark === ' ' ? 'x' : ' ' })
}

/** Collapses or expands it, with the flag this notebook uses for that. */
export const toggleFold = (context: CellContext, cell: CellId, what: 'source' | 'output'): void => {
  const { doc } = context.notebook
  toggleFlag(context, cell, foldFlag(readHead(doc, cell)?.meta ?? {}, readNotebookMeta(doc), what))
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
