// Positions of the cells of an edited file: moved and new cells go after the cell before them, the others keep the
// document's order.
import type * as Y from 'yjs'
import type { FileRevision } from './file-revisions.ts'
import { longestOrdered } from './longest-ordered.ts'
import type { Cell, CellId } from '../notebook.ts'
import { byOrder, orderTag, place } from '../document/order.ts'
import { listCells } from '../document/read.ts'

export interface Orders {
  /** New keys of cells of the file. */
  readonly own: ReadonlyMap<string, string>
  /** New keys of cells that left no gap. */
  readonly others: ReadonlyMap<string, string>
}

/** The cells of the file whose order differs from this revision. */
const movedSince = ({ notebook }: FileRevision, ids: readonly CellId[]): ReadonlySet<CellId> => {
  const places = new Map(notebook.cells.map(({ id }, index) => [id, index]))
  const staying = longestOrdered(
    ids.map((id) => places.get(id) ?? null),
    -1,
  )
  return new Set(ids.filter((id, index) => places.has(id) && !staying.has(index)))
}

/** `bases`: the possible bases, newest first. The one with the fewest moves is used. */
export const ordersFor = (
  doc: Y.Doc,
  cells: readonly Cell[],
  isNew: ReadonlySet<CellId>,
  newest: FileRevision,
  revisions: () => readonly FileRevision[],
): Orders => {
  const ids = cells.map(({ id }) => id)
  let moved = movedSince(newest, ids)
  if (moved.size > 0)
    for (const base of revisions()) {
      const fewer = movedSince(base, ids)
      if (fewer.size < moved.size) moved = fewer
    }
  const entries = listCells(doc)
  const isDeleted = new Set(entries.filter((entry) => entry.deleted !== null).map(({ id }) => id))
  const moves = (id: CellId): boolean =>
    moved.has(id) || isNew.has(id) || (isDeleted.has(id) && newest.cell(id) === undefined)
  const row = entries
    .filter(({ id }) => !ids.includes(id) || !moves(id))
    .map(({ id, order }) => ({ id: id as string, order }))
  const [own, others] = [new Map<string, string>(), new Map<string, string>()]
  const tag = orderTag(doc.clientID)
  const inFile = new Set<string>(ids)
  let before: string | null = null
  for (const id of ids) {
    if (moves(id)) {
      const index = before === null ? 0 : row.findIndex((entry) => entry.id === before) + 1
      const { key, rekeyed } = place(row, index, tag)
      for (const entry of row) {
        const order = rekeyed.get(entry.id)
        if (order === undefined) continue
        entry.order = order
        ;(inFile.has(entry.id) ? own : others).set(entry.id, order)
      }
      own.set(id, key)
      row.splice(index, 0, { id, order: key })
      row.sort(byOrder)
    }
    before = id
  }
  return { own, others }
}
