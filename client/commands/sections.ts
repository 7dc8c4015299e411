// Sections, each a heading with the cells below it: navigate and collapse.
import type { Doc } from 'yjs'
import { headingLevel, isCollapsed, shownCells } from '../../shared/notebook/document/headings.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import { act, actAll, toggleFlag } from './cells.ts'
import type { CellContext } from './context.ts'

const levelOf = (doc: Doc, cell: CellId): number | null => {
  const kind = readHead(doc, cell)?.kind
  return kind === undefined ? null : headingLevel(kind, cellSource(doc, cell)?.toString() ?? '')
}

const isHeading = (doc: Doc, cell: CellId): boolean => levelOf(doc, cell) !== null

const goTo = (context: CellContext, heading: CellId | undefined): void => {
  if (heading !== undefined) context.focusCell(heading, 'command', null)
}

/** Collapses the section of a heading; elsewhere, or if it is collapsed, goes to the heading above. */
export const foldOrGoAbove = (context: CellContext, cell: CellId): void => {
  const { doc } = context.notebook
  if (isHeading(doc, cell) && !isCollapsed(doc, cell)) return toggleFlag(context, cell, 'heading_collapsed')
  const cells = shownCells(doc)
  goTo(
    context,
    cells.slice(0, cells.indexOf(cell)).findLast((other) => isHeading(doc, other)),
  )
}

/** Expands the section of a heading; elsewhere, or if it is expanded, goes to the heading below. */
export const unfoldOrGoBelow = (context: CellContext, cell: CellId): void => {
  const { doc } = context.notebook
  if (isHeading(doc, cell) && isCollapsed(doc, cell)) return toggleFlag(context, cell, 'heading_collapsed')
  const cells = shownCells(doc)
  goTo(
    context,
    cells.slice(cells.indexOf(cell) + 1).find((other) => isHeading(doc, other)),
  )
}

/** A new heading of the same level, before or after the section of this cell. */
export const insertHeading = (context: CellContext, cell: CellId, where: 'above' | 'below'): void => {
  const { doc } = context.notebook
  const cells = visibleCells(doc)
  const at = cells.indexOf(cell)
  const heading = cells.slice(0, at + 1).findLast((each) => isHeading(doc, each))
  const level = (heading === undefined ? null : levelOf(doc, heading)) ?? 1
  const end = cells.findIndex((each, i) => i > at && (levelOf(doc, each) ?? 7) <= level)
  const after =
    where === 'above'
      ? (heading === undefined ? at : cells.indexOf(heading)) - 1
      : (end < 0 ? cells.length : end) - 1
  const id = newCellId()
  const source = `${'#'.repeat(level)} `
  if (act(context, { type: 'insert-cell', id, kind: 'note', source, after: cells[after] ?? null }))
    context.focusCell(id, 'edit', 'end')
}

/** Makes the first line of the selected notes a heading of this level. False without a note. */
export const setHeading = (context: CellContext, cells: readonly CellId[], level: number): boolean => {
  const { doc } = context.notebook
  const notes = cells.filter((cell) => readHead(doc, cell)?.kind === 'note')
  if (notes.length === 0) return false
  actAll(
    context,
    notes.map((id) => {
      const [before = ''] = /^#{1,6}[ \t]+/.exec(cellSource(doc, id)?.toString() ?? '') ?? []
      return { type: 'splice-source', id, from: 0, to: before.length, insert: `${'#'.repeat(level)} ` }
    }),
  )
  return true
}

/** All sections, in one undo step. */
export const foldAll = (context: CellContext, folded: boolean): void => {
  const { doc } = context.notebook
  actAll(
    context,
    visibleCells(doc)
      .filter((cell) => isHeading(doc, cell) && isCollapsed(doc, cell) !== folded)
      .map((id) => ({
        type: 'set-cell-meta',
        id,
        key: 'heading_collapsed',
        value: folded ? true : undefined,
      })),
  )
}
