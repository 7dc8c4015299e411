// What tools say about cells.
import type * as Y from 'yjs'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { withBlobs } from '../notebook/document/blob-references.ts'
import { readCell, readNotebook, visibleCells } from '../notebook/document/read.ts'
import { cellId, type Cell, type CellId } from '../notebook/notebook.ts'
import { failed, type ToolPlace, type ToolResult } from './tool.ts'

/** The cells that a model may see, with their position from 1. Those marked as skipped are hidden from it. */
export const seenCells = ({
  doc,
  findBlob,
}: Pick<ToolPlace, 'doc' | 'findBlob'>): readonly [number, Cell][] =>
  withBlobs(readNotebook(doc), findBlob)
    .cells.map((cell, index): [number, Cell] => [index + 1, cell])
    .filter(([, { meta }]) => meta['skipped'] !== true)

export const noCell = (id: string): ToolResult => failed(`There is no cell ${id}. list_cells has the ids.`)

/** A visible cell by the id that a model gave; null for none, and for one that is hidden from models. */
export const cellNamed = (doc: Y.Doc, id: string): Cell | null => {
  const named = cellId(id)
  const cell = visibleCells(doc).includes(named) ? readCell(doc, named) : undefined
  return cell === undefined || cell.meta['skipped'] === true ? null : cell
}

/** Where a new or moved cell goes: null is the top; undefined if there is no such cell. */
export const afterNamed = (doc: Y.Doc, id: string | null): CellId | null | undefined =>
  id === null ? null : cellNamed(doc, id)?.id

/** `cell 3 (code, id abc)` */
export const titleOf = (position: number, { kind, id }: Pick<Cell, 'kind' | 'id'>): string =>
  `cell ${position} (${kindNamed(kind).label.toLowerCase()}, id ${id})`
