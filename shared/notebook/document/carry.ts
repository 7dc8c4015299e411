// What somebody has written at the old place of a text, before they knew that another split or merged it, is carried to
// the new place; and text that two of them have copied is kept once.
import type * as Y from 'yjs'
import type { CellId } from '../notebook.ts'
import {
  Copies,
  copiesOf,
  has,
  lastOf,
  piecesOf,
  recordRuns,
  runsBetween,
  writtenRuns,
  type Beside,
  type Copy,
  type Run,
  type Written,
} from './copies.ts'
import { cellMap } from './layout.ts'
import type { Origin } from './origin.ts'
import { cellSource, isDeleted } from './read.ts'

export const carryOrigin: Origin = 'carry'

/**
 * Calls `react` with the keys of the copies that a transaction has added. What this replica had before that transaction
 * and is not among the copied characters was not known to who copied them; what comes later may well have been written in
 * knowledge of it. So it is decided then, and once. Returns a function that ends it.
 */
export const onCopied = (
  doc: Y.Doc,
  react: (keys: readonly string[], transaction: Y.Transaction) => void,
): (() => void) => {
  const copies = copiesOf(doc)
  const onTransaction = (transaction: Y.Transaction): void => {
    if (transaction.origin === carryOrigin) return
    const changed = [...transaction.changed].find(([type]) => (type as unknown) === copies)?.[1]
    const added = [...(changed ?? [])].filter((key): key is string => key !== null && copies.has(key))
    if (added.length > 0) react(added, transaction)
  }
  doc.on('afterTransaction', onTransaction)
  return () => doc.off('afterTransaction', onTransaction)
}

/** All that these clients had written by then. */
export const writtenBy = (state: ReadonlyMap<number, number>): readonly Run[] =>
  [...state].map(([client, length]) => ({ client, clock: 0, length }))

interface Piece extends Written {
  readonly at: number
}

/** Text that was written beside a copied character and not copied. */
interface Late {
  readonly besides: readonly Beside[]
  readonly pieces: readonly Piece[]
}

const findLate = (
  text: Y.Text,
  isGone: boolean,
  copies: readonly Copy[],
  isUnknown: (run: Run) => boolean,
  cuts: readonly Run[],
): readonly Late[] => {
  const found: Late[] = []
  const runs = writtenRuns(text)
    .flatMap((written) => piecesOf(written, cuts))
    .map((run) => ({ run, copy: copies.find((copy) => copy.runs.some((copied) => has(copied, run))) }))
  const ends = new Map(runs.map(({ copy }, index) => [copy, index]))
  let last: Beside | null = null
  /** All that follows is late; or what stands before this index. */
  let [isBehind, end] = [false, 0]
  let pieces: Piece[] = []
  let at = 0
  const close = (next: Written | null, isFirst: boolean): void => {
    const before = next === null ? [] : [{ ...next, side: 'before' as const }]
    if (pieces.length > 0 && (last !== null || isFirst))
      found.push({ besides: last === null ? before : [last, ...before], pieces })
    pieces = []
  }
  for (const [index, { run, copy }] of runs.entries()) {
    // A split deletes what it copies; a merged cell keeps it all.
    const isMoved = run.deleted || isGone
    if (copy !== undefined) {
      close(run, isMoved && copy.reach === 'around')
      last = isMoved ? { ...lastOf(run), side: 'behind' } : null
      isBehind = isMoved && (isBehind || copy.reach !== 'within')
      end = isMoved ? Math.max(end, ends.get(copy) ?? 0) : 0
    } else if (!run.deleted && isUnknown(run) && (last === null || isBehind || index < end))
      pieces.push({ ...run, at })
    if (!run.deleted) at += run.length
  }
  close(null, false)
  return found
}

/**
 * Carries what is written among the characters of a cell that `added` says are copied, is not copied, and is `old`.
 * Each client's text is carried by one replica, because two would insert it twice; returns what is left to others.
 */
export const carryFrom = (
  doc: Y.Doc,
  cell: CellId,
  added: readonly Copy[],
  old: readonly Run[],
  isMine: (run: Run) => boolean = () => true,
  copies = new Copies(doc),
): readonly Run[] => {
  const [map, text] = [cellMap(doc, cell), cellSource(doc, cell)]
  if (map === undefined || text === undefined || added.length === 0) return []
  const out = copies.from(cell)
  const isUnknown = (run: Run): boolean =>
    old.some((known) => has(known, run)) && !out.some((copy) => has(copy, run))
  const late = findLate(text, isDeleted(map), added, isUnknown, [...out, ...old])
  const mine = late.map(({ besides, pieces }) => ({ besides, pieces: pieces.filter(isMine) }))
  const left = late.flatMap(({ pieces }) => pieces).filter((run) => !isMine(run))
  doc.transact(() => {
    // The last ones first, so that the others stay where they are.
    for (const { besides, pieces } of mine.toReversed()) {
      const place = pieces.length === 0 ? null : copies.placeOf(cell, ...besides)
      const into = place === null || place.cell === cell ? undefined : cellSource(doc, place.cell)
      if (place === null || into === undefined) continue
      const insert = pieces.map(({ at, length }) => text.toString().slice(at, at + length)).join('')
      into.insert(place.at, insert)
      recordRuns(
        doc,
        { from: cell, to: place.cell, reach: 'within' },
        pieces,
        runsBetween(into, place.at, place.at + insert.length),
      )
      for (const { at, length } of pieces.toReversed()) text.delete(at, length)
    }
  }, carryOrigin)
  return left
}

/** For all cells. */
export const carry = (
  doc: Y.Doc,
  keys: readonly string[],
  old: readonly Run[],
  isMine?: (run: Run) => boolean,
): readonly Run[] => {
  const copies = new Copies(doc)
  const { bySource } = new Copies(doc, keys)
  return [...bySource].flatMap(([cell, added]) => carryFrom(doc, cell, added, old, isMine, copies))
}
