// What somebody writes at the old place of a text, while another splits or merges it, is carried to the new one; and
// text that two of them have copied is kept once.
import type * as Y from 'yjs'
import { sourceDigest } from '../digest.ts'
import type { CellId } from '../notebook.ts'
import {
  Copies,
  copiesOf,
  has,
  piecesOf,
  recordCopy,
  writtenRuns,
  type CharacterId,
  type Side,
} from './copies.ts'
import { cellMap } from './layout.ts'
import type { Origin } from './origin.ts'
import { cellAround, cellSource, deletionOf } from './read.ts'

export const carryOrigin: Origin = 'carry'

/** Text that was written among characters that are copied elsewhere. */
interface Late {
  readonly from: number
  readonly to: number
  /** The copied character beside it. */
  readonly beside: CharacterId
  readonly side: Side
}

const findLate = (
  text: Y.Text,
  cell: CellId,
  copies: Copies,
  isGone: boolean,
  isMine: (client: number) => boolean,
): Late | null => {
  const [out, into] = [copies.from(cell), copies.into(cell)]
  let behind: CharacterId | null = null
  /** Before any copied character. */
  let first: { readonly from: number; readonly to: number } | null = null
  let at = 0
  for (const written of writtenRuns(text))
    for (const run of piecesOf(written, [...out, ...into])) {
      const length = written.deleted ? 0 : run.length
      if (!isGone && into.some((copy) => has(copy, run))) [first, behind] = [null, null]
      else if (out.some((copied) => has(copied, run))) {
        if (first !== null && isGone) return { ...first, beside: run, side: 'before' }
        first = null
        // A split deletes what it copies; a merged cell keeps it all.
        behind = written.deleted || isGone ? { client: run.client, clock: run.clock + run.length - 1 } : null
      } else if (length > 0 && isMine(run.client)) {
        const range = { from: at, to: at + length }
        if (behind !== null) return { ...range, beside: behind, side: 'behind' }
        first ??= range
      }
      at += length
    }
  return null
}

/** Returns the copies as they are then. */
const carryFrom = (doc: Y.Doc, cell: CellId, isMine: (client: number) => boolean, known: Copies): Copies => {
  const [map, text] = [cellMap(doc, cell), cellSource(doc, cell)]
  if (map === undefined || text === undefined) return known
  const deletion = deletionOf(map)
  // Who deleted it had this text.
  if (deletion !== null && deletion.digest === sourceDigest(text.toString())) return known
  for (let copies = known; ; copies = new Copies(doc)) {
    const late = findLate(text, cell, copies, deletion !== null, isMine)
    const place = late === null ? null : copies.placeOf(late.beside, late.side)
    const into = place === null || place.cell === cell ? undefined : cellSource(doc, place.cell)
    if (late === null || place === null || into === undefined) return copies
    const { from, to } = late
    doc.transact(() => {
      into.insert(place.at, text.toString().slice(from, to))
      const copy = { cell: place.cell, text: into, from: place.at, to: place.at + to - from }
      recordCopy(doc, { cell, text, from, to }, 0, copy)
      text.delete(from, to - from)
    }, carryOrigin)
  }
}

/** Deletes a passage, and the line break beside it that would stand for nothing. */
const cut = (text: Y.Text, from: number, to: number): void => {
  const now = text.toString()
  const before = /\n*$/.exec(now.slice(0, from))?.[0].length ?? 0
  const after = /^\n*/.exec(now.slice(to))?.[0].length ?? 0
  const isLines = (from === 0 || before > 0) && (to === now.length || after > 0)
  if (!isLines) text.delete(from, to - from)
  else if (before > 0) text.delete(from - before, to - from + before)
  else text.delete(from, to - from + after)
}

/** The later copies of what visible cells have several times, in order and joined, by cell. */
const repeated = (
  doc: Y.Doc,
): ReadonlyMap<CellId, readonly { readonly from: number; readonly to: number }[]> => {
  const copies = new Copies(doc)
  const seen = new Set<string>()
  const found = new Map<CellId, { from: number; to: number }[]>()
  for (const cell of new Set(copies.all.map(({ to }) => to))) {
    const [map, text, into] = [cellMap(doc, cell), cellSource(doc, cell), copies.into(cell)]
    if (map === undefined || text === undefined || deletionOf(map) !== null) continue
    let at = 0
    for (const written of writtenRuns(text).filter(({ deleted }) => !deleted))
      for (const { client, clock, length } of piecesOf(written, into)) {
        const isCopy = into.some((run) => has(run, { client, clock }))
        for (let nth = 0; nth < length; nth++, at++) {
          if (!isCopy) continue
          const root = copies.rootOf({ client, clock: clock + nth })
          const key = `${root.client} ${root.clock}`
          if (!seen.has(key)) seen.add(key)
          else {
            const ranges = found.get(cell) ?? []
            const last = ranges.at(-1)
            if (last?.to === at) last.to = at + 1
            else ranges.push({ from: at, to: at + 1 })
            found.set(cell, ranges)
          }
        }
      }
  }
  return found
}

const keepOnce = (doc: Y.Doc): void => {
  const found = repeated(doc)
  if (found.size === 0) return
  doc.transact(() => {
    for (const [cell, ranges] of found) {
      const text = cellSource(doc, cell)
      if (text === undefined) continue
      for (const { from, to } of ranges.toReversed()) cut(text, from, to)
      const left = text.toString()
      // Nothing but what the other one made of the same text.
      if (left.trim() === '')
        cellMap(doc, cell)?.set('deleted', { by: null, at: null, digest: sourceDigest(left) })
    }
  }, carryOrigin)
}

/**
 * Carries the text of these clients, at once. Each client's text is carried by one replica, because two would insert it
 * twice. One replica alone `settles` which copy of a text is kept.
 */
export const carry = (doc: Y.Doc, isMine: (client: number) => boolean, settles: boolean): void => {
  if (copiesOf(doc).size === 0) return
  let copies = new Copies(doc)
  for (const cell of new Set(copies.all.map(({ from }) => from)))
    copies = carryFrom(doc, cell, isMine, copies)
  if (settles) keepOnce(doc)
}

/** Does that now and after each change. Returns a function that ends it. */
export const carryOn = (doc: Y.Doc, isMine: (client: number) => boolean, settles: boolean): (() => void) => {
  const copies: unknown = copiesOf(doc)
  const sources = (): Set<CellId> => new Set(new Copies(doc).all.map(({ from }) => from))
  let from = sources()
  const onTransaction = ({ origin, changed }: Y.Transaction): void => {
    const types = [...changed.keys()]
    const isCopied = types.some((type) => type === copies)
    if (isCopied) from = sources()
    if (origin === carryOrigin || from.size === 0) return
    if (isCopied) return carry(doc, isMine, settles)
    const cells = new Set(types.map((type) => cellAround(doc, type as Y.AbstractType<unknown>)))
    for (const cell of cells)
      if (cell !== null && from.has(cell)) carryFrom(doc, cell, isMine, new Copies(doc))
  }
  carry(doc, isMine, settles)
  doc.on('afterTransaction', onTransaction)
  return () => doc.off('afterTransaction', onTransaction)
}
