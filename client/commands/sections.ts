// Sections, each a heading with the cells below it: navigate and collapse.
import type { Doc } from 'yjs'
import { flagsOf } from '../../shared/notebook/cell-kinds/flags.ts'
import { headingLevel, shownCells } from '../../shared/notebook/document/headings.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { actAll, toggleFlag } from './cells.ts'
import type { CellContext } from './context.ts'

const isHeading = (doc: Doc, cell: CellId): boolean => {
  const kind = readHead(doc, cell)?.kind
  return kind !== undefined && headingLevel(kind, cellSource(doc, cell)?.toString() ?? '') !== null
}

const isFolded = (doc: Doc, cell: CellId): boolean =>
  flagsOf(readHead(doc, cell)?.meta ?? {}).includes('heading_collapsed')

const goTo = (context: CellContext, heading: CellId | undefined): void => {
  if (heading !== undefined) context.focusCell(heading, 'command', null)
}

/** Collapses the section of a heading; elsewhere, or if it is collapsed, goes to the heading above. */
export const foldOrGoAbove = (context: CellContext, cell: CellId): void => {
  const { doc } = context.notebook
  if (isHeading(doc, cell) && !isFolded(doc, cell)) return toggleFlag(context, cell, 'heading_collapsed')
  const cells = shownCells(doc)
  goTo(
    context,
    cells.slice(0, cells.indexOf(cell)).findLast((other) => isHeading(doc, other)),
  )
}

/** Expands the section of a heading; elsewhere, or if it is expanded, goes to the heading below. */
export const unfoldOrGoBelow = (context: CellContext, cell: CellId): void => {
  const { doc } = context.notebook
  if (isHeading(doc, cell) && isFolded(doc, cell)) return toggleFlag(context, cell, 'heading_collapsed')
  const cells = shownCells(doc)
  goTo(
    context,
    cells.slice(cells.indexOf(cell) + 1).find((other) => isHeading(doc, other)),
  )
}

/** All sections, in one undo step. */
export const foldAll = (context: CellContext, folded: boolean): void => {
  const { doc } = context.notebook
  actAll(
    context,
    visibleCells(doc)
      .filter((cell) => isHeading(doc, cell) && isFolded(doc, cell) !== folded)
      .map((id) => ({
        type: 'set-cell-meta',
        id,
        key: 'heading_collapsed',
        value: folded ? true : undefined,
      })),
  )
}
