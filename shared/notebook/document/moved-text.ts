// Where the caret goes when somebody else splits or merges the cell it is in.
import type * as Y from 'yjs'
import type { CellId } from '../notebook.ts'
import { Copies, has, lastOf, piecesOf, writtenRuns, type CharacterId, type TextPlace } from './copies.ts'
import { cellSource } from './read.ts'

/**
 * The place of each offset into `cut`, which vanished from a cell; null if it was deleted and not split off.
 */
export const placesAfterSplit = (
  doc: Y.Doc,
  cell: CellId,
  cut: string,
): ((offset: number) => TextPlace | null) | null => {
  const source = cellSource(doc, cell)
  const copies = new Copies(doc)
  const out = copies.from(cell)
  if (source === undefined || cut === '' || out.length === 0) return null
  // What earlier splits have taken comes behind it.
  const gone: CharacterId[] = []
  for (const written of writtenRuns(source).filter(({ deleted }) => deleted))
    for (const { client, clock, length } of piecesOf(written, out))
      if (out.some((run) => has(run, { client, clock })))
        for (let nth = 0; nth < length && gone.length < cut.length; nth++)
          gone.push({ client, clock: clock + nth })
  /** The copies still have this character. */
  const isSame = (offset: number): boolean => {
    const id = gone[offset]
    const place = id === undefined ? null : copies.placeOf(cell, { ...id, side: 'before' })
    return place !== null && cellSource(doc, place.cell)?.toString()[place.at] === cut[offset]
  }
  const inked = [cut.search(/\S/), cut.trimEnd().length - 1]
  if (gone.length < cut.length || inked.some((offset) => offset < 0 || !isSame(offset))) return null
  return (offset) => {
    const [last, first] = [gone[Math.min(offset, cut.length) - 1], gone[0]]
    if (last !== undefined) return copies.placeOf(cell, { ...last, side: 'behind' })
    return first === undefined ? null : copies.placeOf(cell, { ...first, side: 'before' })
  }
}

/** Where the text around an offset of a deleted cell is copied; null if it is not. */
export const placeAfterMerge = (doc: Y.Doc, cell: CellId, offset: number): TextPlace | null => {
  const source = cellSource(doc, cell)
  const copies = new Copies(doc)
  const out = copies.bySource.get(cell)
  if (source === undefined || out === undefined) return null
  const all = copies.from(cell)
  let last: CharacterId | null = null
  let at = 0
  for (const written of writtenRuns(source))
    for (const piece of piecesOf(written, all)) {
      const copy = out.find(({ runs }) => runs.some((run) => has(run, piece)))
      if (piece.deleted) {
        // What was typed at the caret and is carried away: the caret was behind it.
        if (copy?.reach === 'within' && at <= offset) last = lastOf(piece)
        continue
      }
      if (at >= offset && last !== null) return copies.placeOf(cell, { ...last, side: 'behind' })
      if (copy !== undefined && at >= offset) return copies.placeOf(cell, { ...piece, side: 'before' })
      if (copy !== undefined) last = lastOf({ ...piece, length: Math.min(piece.length, offset - at) })
      at += piece.length
    }
  return last === null ? null : copies.placeOf(cell, { ...last, side: 'behind' })
}
