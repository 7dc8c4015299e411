// Resolves a mark: a conflict between an outside edit and the cell.
import { apply } from '../../shared/notebook/document/apply.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead } from '../../shared/notebook/document/read.ts'
import { sourceEdits } from '../../shared/notebook/merge/source-edits.ts'
import { deleteCells, mayWrite } from './cells.ts'
import type { CellContext } from './context.ts'

/** Keeps the cell as it is. */
export const dismissMark = (context: CellContext, cell: CellId): void => {
  if (mayWrite(context)) apply(context.notebook.doc, { type: 'clear-mark', id: cell })
}

/** Takes the file's version, as an edit that can be undone. */
export const takeFileVersion = (context: CellContext, cell: CellId): void => {
  const { notebook } = context
  const mark = readHead(notebook.doc, cell)?.mark
  const source = cellSource(notebook.doc, cell)?.toString()
  if (!mark || source === undefined || !mayWrite(context)) return
  const { why, theirs, result } = mark
  if (theirs === null) deleteCells(context, [cell])
  else
    notebook.undo.step(() => {
      if (why === 'deleted') apply(notebook.doc, { type: 'restore-cell', id: cell })
      for (const edit of sourceEdits(cell, source, theirs)) apply(notebook.doc, edit)
      return result === undefined
        ? { ok: true }
        : apply(notebook.doc, { type: 'set-result', id: cell, result })
    })
  dismissMark(context, cell)
}
