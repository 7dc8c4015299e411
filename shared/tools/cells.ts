// Cells as tools see them.
import type * as Y from 'yjs'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { withBlobs } from '../notebook/document/blob-references.ts'
import { readCell, readNotebook, visibleCells } from '../notebook/document/read.ts'
import { listChanges } from '../notebook/document/review.ts'
import { cellId, type Cell, type CellId } from '../notebook/notebook.ts'
import type { ToolPlace } from './tool.ts'
import { failed, type ToolResult } from './tool-result.ts'

/** The cells a model may see, with positions from 1; skipped ones are hidden. */
export const seenCells = ({
  doc,
  findBlob,
}: Pick<ToolPlace, 'doc' | 'findBlob'>): readonly [number, Cell][] =>
  withBlobs(readNotebook(doc), findBlob)
    .cells.map((cell, index): [number, Cell] => [index + 1, cell])
    .filter(([, { meta }]) => meta['skipped'] !== true)

export const noCell = (id: string): ToolResult => failed(`There is no cell ${id}. list_cells has the ids.`)

/** The cells that the run has proposed to add. */
const proposedCells = (doc: Y.Doc, run: string): readonly CellId[] =>
  listChanges(doc)
    .filter(({ group, what, proposed }) => group === run && what === 'added' && proposed)
    .map(({ cell }) => cell)

/** The cell with an id given by a model; null if it does not exist or is hidden from models. */
export const cellNamed = (doc: Y.Doc, id: string, run: string | null = null): Cell | null => {
  const named = cellId(id)
  const isThere =
    visibleCells(doc).includes(named) || (run !== null && proposedCells(doc, run).includes(named))
  const cell = isThere ? readCell(doc, named) : undefined
  return cell === undefined || cell.meta['skipped'] === true ? null : cell
}

/** Where a new or moved cell goes: null is the top; undefined if there is no such cell. */
export const afterNamed = ({ doc, run }: ToolPlace, id: string | null): CellId | null | undefined =>
  id === null ? null : cellNamed(doc, id, run)?.id

/** `cell 3 (code, id abc)` */
export const titleOf = (position: number, { kind, id }: Pick<Cell, 'kind' | 'id'>): string =>
  `cell ${position} (${kindNamed(kind).label.toLowerCase()}, id ${id})`
