// Selecting several cells: from where the selection began to where it is extended.
import { shownCells } from '../../shared/notebook/document/headings.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import type { CellContext } from './context.ts'

/** The selected cells that still exist, in order. */
export const selectedCells = ({ notebook, selection }: CellContext): readonly CellId[] =>
  selection.among(visibleCells(notebook.doc))

/** What an action at this cell acts on: the selection if it is selected. */
export const cellsWith = (context: CellContext, cell: CellId): readonly CellId[] =>
  context.selection.has(cell) ? selectedCells(context) : [cell]

/** Up to this cell; what a collapsed section between them hides belongs to it. */
export const extendTo = (context: CellContext, cell: CellId): void => {
  const { notebook, selection, focusCell, announce } = context
  const cells = visibleCells(notebook.doc)
  const [from, to] = [cells.indexOf(selection.anchor ?? cell), cells.indexOf(cell)]
  if (to < 0) return
  if (from < 0) return focusCell(cell, 'command', null)
  const range = cells.slice(Math.min(from, to), Math.max(from, to) + 1)
  selection.extend(cell, range)
  focusCell(cell, 'extend', null)
  announce(range.length === 1 ? '1 cell selected.' : `${range.length} cells selected.`)
}

/** To the next shown cell, or to the first or last one. */
export const extend = (context: CellContext, towards: 'above' | 'below' | 'top' | 'bottom'): void => {
  const cells = shownCells(context.notebook.doc)
  const { cell } = context.selection
  if (cell === null) return
  const at = cells.indexOf(cell)
  const to = { above: at - 1, below: at + 1, top: 0, bottom: cells.length - 1 }[towards]
  const target = cells[Math.min(Math.max(to, 0), cells.length - 1)]
  if (target !== undefined) extendTo(context, target)
}

/** The current cell stays where it is. */
export const selectAll = (context: CellContext): void => {
  const { notebook, selection, announce } = context
  const cells = visibleCells(notebook.doc)
  const current = selection.cell ?? cells[0]
  if (current === undefined) return
  selection.extend(current, cells)
  announce(`All ${cells.length} cells selected.`)
}
