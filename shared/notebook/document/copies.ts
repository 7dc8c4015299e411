// Which text of a cell is a copy of another cell's: a split and a merge copy text, because Yjs cannot move it. From this
// record follows where a character is now, whatever others do to the texts at the same time.
//
// An entry is written once, by who copies, and removed by undoing that:
//   {from, to, runs: [client, clock, length, client and clock of the copy | nothing if it was left out][]}
import * as Y from 'yjs'
import { cellId, type CellId } from '../notebook.ts'
import { isRecord } from '../../record.ts'
import { cellMap, textOf, type Value } from './layout.ts'

/** A character by its Yjs id. */
export interface CharacterId {
  readonly client: number
  readonly clock: number
}

/** Consecutive characters of one client. */
export interface Run extends CharacterId {
  readonly length: number
}

export interface CopiedRun extends Run {
  /** The first of their copies; null for line breaks that a split leaves out. */
  readonly copy: CharacterId | null
}

interface Copy {
  readonly from: CellId
  readonly to: CellId
  /** In the order of the text. */
  readonly runs: readonly CopiedRun[]
}

export interface TextPlace {
  readonly cell: CellId
  /** An offset into its source, in UTF-16 units. */
  readonly at: number
}

export type Side = 'before' | 'behind'

export const copiesOf = (doc: Y.Doc): Y.Map<Value> => doc.getMap('copies')

export const has = (run: Run, { client, clock }: CharacterId): boolean =>
  run.client === client && clock >= run.clock && clock < run.clock + run.length

const sourceOf = (doc: Y.Doc, cell: CellId): Y.Text | undefined => {
  const map = cellMap(doc, cell)
  return map === undefined ? undefined : textOf(map, 'source')
}

const isShown = (doc: Y.Doc, cell: CellId): boolean => !cellMap(doc, cell)?.get('deleted')

export interface Written extends Run {
  readonly deleted: boolean
}

/** The characters of a text in order, with deleted ones. */
export const writtenRuns = (text: Y.Text): readonly Written[] => {
  const runs: Written[] = []
  for (let item = text._start; item !== null; item = item.right)
    if (item.content instanceof Y.ContentString || item.content instanceof Y.ContentDeleted)
      runs.push({ client: item.id.client, clock: item.id.clock, length: item.length, deleted: item.deleted })
  return runs
}

/** The visible characters [from, to) of a text. */
export const runsBetween = (text: Y.Text, from: number, to: number): readonly Run[] => {
  const runs: Run[] = []
  let at = 0
  for (const { client, clock, length, deleted } of writtenRuns(text)) {
    if (deleted) continue
    const [start, end] = [Math.max(from, at), Math.min(to, at + length)]
    if (start < end) runs.push({ client, clock: clock + start - at, length: end - start })
    at += length
  }
  return runs
}

const paired = (runs: readonly Run[], copies: readonly Run[]): readonly CopiedRun[] => {
  const pairs: CopiedRun[] = []
  let [next, used] = [0, 0]
  for (const { client, clock, length } of runs)
    for (let done = 0; done < length;) {
      const copy = copies[next]
      if (copy === undefined) return pairs
      const count = Math.min(length - done, copy.length - used)
      const own = { client: copy.client, clock: copy.clock + used }
      pairs.push({ client, clock: clock + done, length: count, copy: own })
      done += count
      used += count
      if (used === copy.length) [next, used] = [next + 1, 0]
    }
  return pairs
}

export interface Passage {
  readonly cell: CellId
  readonly text: Y.Text
  readonly from: number
  readonly to: number
}

/**
 * Records that `copy` has the characters of `original` from its `skip`-th on; others of it are left out. Call within the
 * transaction, while all of them exist.
 */
export const recordCopy = (doc: Y.Doc, original: Passage, skip: number, copy: Passage): void => {
  const { text, from, to } = original
  const [start, end] = [from + skip, from + skip + copy.to - copy.from]
  const copies = runsBetween(copy.text, copy.from, copy.to)
  const leftOut = (runs: readonly Run[]): CopiedRun[] => runs.map((run) => ({ ...run, copy: null }))
  const runs = [
    ...leftOut(runsBetween(text, from, start)),
    ...paired(runsBetween(text, start, end), copies),
    ...leftOut(runsBetween(text, end, to)),
  ]
  writeRuns(doc, { from: original.cell, to: copy.cell }, runs)
}

type Cells = Pick<Copy, 'from' | 'to'>

const writeRuns = (doc: Y.Doc, cells: Cells, runs: readonly CopiedRun[]): void => {
  copiesOf(doc).set(`${doc.clientID}-${Y.getState(doc.store, doc.clientID)}`, {
    ...cells,
    runs: runs.map(({ client, clock, length, copy: own }) =>
      own === null ? [client, clock, length] : [client, clock, length, own.client, own.clock],
    ),
  })
}

/** Records that one text's characters are copies of another's. Call within the transaction. */
export const writeCopy = (doc: Y.Doc, cells: Cells, runs: readonly Run[], copies: readonly Run[]): void =>
  writeRuns(doc, cells, paired(runs, copies))

const readRun = (value: unknown): CopiedRun[] => {
  if (!Array.isArray(value) || !value.every((part) => Number.isSafeInteger(part) && part >= 0)) return []
  const [client, clock, length, ...own] = value as readonly (number | undefined)[]
  if (client === undefined || clock === undefined || !length) return []
  const [copyClient, copyClock] = own
  const isCopied = copyClient !== undefined && copyClock !== undefined
  return [{ client, clock, length, copy: isCopied ? { client: copyClient, clock: copyClock } : null }]
}

const readCopy = (value: unknown): Copy[] => {
  if (!isRecord(value)) return []
  const { from, to, runs } = value
  if (typeof from !== 'string' || typeof to !== 'string' || !Array.isArray(runs)) return []
  return [{ from: cellId(from), to: cellId(to), runs: runs.flatMap(readRun) }]
}

/** The number of visible characters before this one, and whether it is one; null if the text never had it. */
const find = (text: Y.Text, id: CharacterId): { readonly at: number; readonly deleted: boolean } | null => {
  let at = 0
  for (const run of writtenRuns(text)) {
    if (has(run, id)) return { at: run.deleted ? at : at + id.clock - run.clock, deleted: run.deleted }
    if (!run.deleted) at += run.length
  }
  return null
}

/** Copies of copies are followed so far: a hostile document could have a circle. */
const maxDepth = 100

/** All copies, as they are now. */
export class Copies {
  readonly all: readonly Copy[]
  private sorted: ReadonlyMap<number, readonly CopiedRun[]> | null = null

  constructor(private readonly doc: Y.Doc) {
    this.all = [...copiesOf(doc).values()].flatMap(readCopy)
  }

  /** What was copied out of a cell. */
  from(cell: CellId): readonly CopiedRun[] {
    return this.all.filter(({ from }) => from === cell).flatMap(({ runs }) => runs)
  }

  /** What was copied into a cell, by the ids it has there. */
  into(cell: CellId): readonly Run[] {
    return this.all
      .filter(({ to }) => to === cell)
      .flatMap(({ runs }) => runs.flatMap(({ copy, length }) => (copy === null ? [] : [{ ...copy, length }])))
  }

  /** Where a copied character is now; null if that is in no visible cell. Where its copy was deleted, it would be. */
  placeOf(id: CharacterId, side: Side, depth = 0): TextPlace | null {
    let nearest: TextPlace | null = null
    for (const copy of this.all) {
      const found = copyIn(copy, id, side)
      const text = found === null ? undefined : sourceOf(this.doc, copy.to)
      const place = found === null || text === undefined ? null : find(text, found.id)
      if (found === null || place === null) continue
      const isHere = isShown(this.doc, copy.to)
      if (isHere && !place.deleted) return { cell: copy.to, at: place.at + (found.side === 'behind' ? 1 : 0) }
      if (depth < maxDepth) nearest ??= this.placeOf(found.id, found.side, depth + 1)
      if (isHere) nearest ??= { cell: copy.to, at: place.at }
    }
    return nearest
  }

  /** The character that was typed, of which this one is a copy. */
  rootOf(id: CharacterId): CharacterId {
    let root = id
    for (let depth = 0; depth < maxDepth; depth++) {
      const runs = this.byCopy.get(root.client) ?? []
      let [low, high] = [0, runs.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((runs[middle]?.copy?.clock ?? 0) <= root.clock) low = middle + 1
        else high = middle
      }
      const run = runs[low - 1]
      if (!run?.copy || root.clock >= run.copy.clock + run.length) return root
      root = { client: run.client, clock: run.clock + root.clock - run.copy.clock }
    }
    return root
  }

  /** The runs by the client of their copies, in the order of those. */
  private get byCopy(): ReadonlyMap<number, readonly CopiedRun[]> {
    if (this.sorted !== null) return this.sorted
    const sorted = new Map<number, CopiedRun[]>()
    for (const run of this.all.flatMap(({ runs }) => runs)) {
      if (run.copy === null) continue
      const found = sorted.get(run.copy.client)
      if (found === undefined) sorted.set(run.copy.client, [run])
      else found.push(run)
    }
    for (const runs of sorted.values()) runs.sort((a, b) => (a.copy?.clock ?? 0) - (b.copy?.clock ?? 0))
    return (this.sorted = sorted)
  }
}

/** What a copy has of a character: its own copy, or the nearest one if it was left out. */
const copyIn = ({ runs }: Copy, id: CharacterId, side: Side): { id: CharacterId; side: Side } | null => {
  const index = runs.findIndex((run) => has(run, id))
  const run = runs[index]
  if (run === undefined) return null
  if (run.copy !== null)
    return { id: { client: run.copy.client, clock: run.copy.clock + id.clock - run.clock }, side }
  const next = runs.slice(index).find(({ copy }) => copy !== null)
  if (next?.copy) return { id: next.copy, side: 'before' }
  const last = runs.slice(0, index).findLast(({ copy }) => copy !== null)
  if (last?.copy)
    return { id: { client: last.copy.client, clock: last.copy.clock + last.length - 1 }, side: 'behind' }
  return null
}

/** Cut so that each piece is wholly in every one of `others`, or not at all. */
export const piecesOf = (run: Run, others: readonly Run[]): readonly Run[] => {
  const end = run.clock + run.length
  const cuts = others
    .filter(({ client }) => client === run.client)
    .flatMap(({ clock, length }) => [clock, clock + length])
    .filter((cut) => cut > run.clock && cut < end)
  let clock = run.clock
  return [...new Set(cuts.sort((a, b) => a - b)), end].map((to) => {
    const piece = { client: run.client, clock, length: to - clock }
    clock = to
    return piece
  })
}

/** Whether a split or merge has copied all that the text of a deleted cell still has. */
export const isAllCopied = (doc: Y.Doc, cell: CellId): boolean => {
  const copied = new Copies(doc).from(cell)
  const text = sourceOf(doc, cell)
  if (copied.length === 0 || text === undefined) return false
  return writtenRuns(text)
    .filter(({ deleted }) => !deleted)
    .every((run) => piecesOf(run, copied).every((piece) => copied.some((each) => has(each, piece))))
}
