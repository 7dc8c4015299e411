// Which text of a cell is a copy of another cell's: a split and a merge copy text, because Yjs cannot move it. From this
// record follows where a character is now, whatever others do to the texts at the same time.
//
// An entry is written once, by who copies, and removed by undoing that:
//   {from, to, reach, runs: [client, clock, length, client and clock of the copy | nothing if it was left out][]}
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

/**
 * What goes with the copied characters although it was not copied, because it was not known: what is written between
 * them, what is written behind them, too (a split), or also before them (a merge).
 */
export type Reach = 'within' | 'behind' | 'around'

export interface Copy {
  readonly from: CellId
  readonly to: CellId
  readonly reach: Reach
  /** In the order of the text. */
  readonly runs: readonly CopiedRun[]
}

export interface TextPlace {
  readonly cell: CellId
  /** An offset into its source, in UTF-16 units. */
  readonly at: number
}

export type Side = 'before' | 'behind'

/** A copied character, and on which side of it something is. */
export interface Beside extends CharacterId {
  readonly side: Side
}

export const copiesOf = (doc: Y.Doc): Y.Map<Value> => doc.getMap('copies')

export const has = (run: Run, { client, clock }: CharacterId): boolean =>
  run.client === client && clock >= run.clock && clock < run.clock + run.length

const sourceOf = (doc: Y.Doc, cell: CellId): Y.Text | undefined => {
  const map = cellMap(doc, cell)
  return map === undefined ? undefined : textOf(map, 'source')
}

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
 * transaction, while all of them exist. Nothing is recorded where the texts differ: a merge renames attachments.
 */
export const recordCopy = (
  doc: Y.Doc,
  original: Passage,
  skip: number,
  copy: Passage,
  reach: Reach,
): void => {
  const [start, end] = [original.from + skip, original.from + skip + copy.to - copy.from]
  const textIn = ({ text }: Passage, from: number, to: number): string => text.toString().slice(from, to)
  if (textIn(original, start, end) !== textIn(copy, copy.from, copy.to)) return
  const between = (from: number, to: number): readonly Run[] => runsBetween(original.text, from, to)
  const leftOut = (from: number, to: number): CopiedRun[] =>
    between(from, to).map((run) => ({ ...run, copy: null }))
  write(doc, {
    from: original.cell,
    to: copy.cell,
    reach,
    runs: [
      ...leftOut(original.from, start),
      ...paired(between(start, end), runsBetween(copy.text, copy.from, copy.to)),
      ...leftOut(end, original.to),
    ],
  })
}

/** Records that one cell's characters are copies of another's. */
export const recordRuns = (
  doc: Y.Doc,
  cells: Pick<Copy, 'from' | 'to' | 'reach'>,
  runs: readonly Run[],
  copies: readonly Run[],
): string => write(doc, { ...cells, runs: paired(runs, copies) })

/** Returns the key of the entry. */
const write = (doc: Y.Doc, { from, to, reach, runs }: Copy): string => {
  const key = `${doc.clientID}-${Y.getState(doc.store, doc.clientID)}`
  copiesOf(doc).set(key, {
    from,
    to,
    reach,
    runs: runs.map(({ client, clock, length, copy }) =>
      copy === null ? [client, clock, length] : [client, clock, length, copy.client, copy.clock],
    ),
  })
  return key
}

const readRun = (value: unknown): CopiedRun[] => {
  if (!Array.isArray(value) || !value.every((part) => Number.isSafeInteger(part) && part >= 0)) return []
  const [client, clock, length, ...own] = value as readonly (number | undefined)[]
  if (client === undefined || clock === undefined || !length) return []
  const [copyClient, copyClock] = own
  const isCopied = copyClient !== undefined && copyClock !== undefined
  return [{ client, clock, length, copy: isCopied ? { client: copyClient, clock: copyClock } : null }]
}

const reaches: readonly Reach[] = ['within', 'behind', 'around']

export const readCopy = (value: unknown): Copy[] => {
  if (!isRecord(value)) return []
  const { from, to, runs } = value
  const reach = reaches.find((each) => each === value['reach']) ?? 'within'
  if (typeof from !== 'string' || typeof to !== 'string' || !Array.isArray(runs)) return []
  return [{ from: cellId(from), to: cellId(to), reach, runs: runs.flatMap(readRun) }]
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

const groupBy = (copies: readonly Copy[], cellOf: (copy: Copy) => CellId): Map<CellId, Copy[]> => {
  const groups = new Map<CellId, Copy[]>()
  for (const copy of copies) {
    const group = groups.get(cellOf(copy))
    if (group === undefined) groups.set(cellOf(copy), [copy])
    else group.push(copy)
  }
  return groups
}

interface Located {
  readonly place: TextPlace
  /** The copy of the character was not deleted. */
  readonly isThere: boolean
}

/** All copies, or those of these keys, as they are now. */
export class Copies {
  readonly all: readonly Copy[]
  /** By the cell that they were copied out of. */
  readonly bySource: ReadonlyMap<CellId, readonly Copy[]>
  readonly byTarget: ReadonlyMap<CellId, readonly Copy[]>
  private sorted: ReadonlyMap<number, readonly CopiedRun[]> | null = null

  constructor(
    private readonly doc: Y.Doc,
    keys: Iterable<string> = copiesOf(doc).keys(),
  ) {
    this.all = [...keys].flatMap((key) => readCopy(copiesOf(doc).get(key)))
    this.bySource = groupBy(this.all, ({ from }) => from)
    this.byTarget = groupBy(this.all, ({ to }) => to)
  }

  /** What was copied out of a cell. */
  from(cell: CellId): readonly CopiedRun[] {
    return this.bySource.get(cell)?.flatMap(({ runs }) => runs) ?? []
  }

  /** What was copied into a cell, by the ids it has there. */
  into(cell: CellId): readonly Run[] {
    return this.byTarget.get(cell)?.flatMap(copiesIn) ?? []
  }

  /**
   * Where a copied character of a cell is now, or what is beside it; null if that is in no visible cell. Of several, the
   * first whose copy is still there; else where it would be.
   */
  placeOf(cell: CellId, ...besides: readonly Beside[]): TextPlace | null {
    const found = besides.flatMap((beside) => this.locate(cell, beside, new Set()) ?? [])
    return (found.find(({ isThere }) => isThere) ?? found[0])?.place ?? null
  }

  private locate(cell: CellId, beside: Beside, passed: Set<Copy>): Located | null {
    let nearest: Located | null = null
    for (const copy of this.bySource.get(cell) ?? []) {
      const found = passed.has(copy) || passed.size > maxDepth ? null : copyOf(copy, beside)
      const text = found === null ? undefined : sourceOf(this.doc, copy.to)
      const { at, deleted: isDeleted } = (found && text && find(text, found)) ?? {}
      if (found === null || at === undefined) continue
      const isThere = isDeleted === false
      const isShown = !cellMap(this.doc, copy.to)?.get('deleted')
      const place = { cell: copy.to, at: at + (isThere && found.side === 'behind' ? 1 : 0) }
      if (isShown && isThere) return { place, isThere }
      nearest ??= this.locate(copy.to, found, passed.add(copy))
      if (isShown) nearest ??= { place, isThere }
    }
    return nearest
  }

  /** The characters that were typed, of which these are copies, in their order. */
  rootsOf(run: Run, depth = 0): readonly Run[] {
    const roots: Run[] = []
    const runs = (this.sorted ??= sortedByCopy(this.all)).get(run.client) ?? []
    const end = run.clock + run.length
    for (let { clock } = run; clock < end;) {
      const next = firstBehind(runs, clock)
      const { client, clock: start = 0, length = 0, copy } = runs[next - 1] ?? {}
      const within = copy ? clock - copy.clock : length
      const isCopy = client !== undefined && within < length && depth < maxDepth
      const to = Math.min(end, isCopy ? clock + length - within : (runs[next]?.copy?.clock ?? end))
      if (isCopy)
        roots.push(...this.rootsOf({ client, clock: start + within, length: to - clock }, depth + 1))
      else roots.push({ client: run.client, clock, length: to - clock })
      clock = to
    }
    return roots
  }
}

const sortedByCopy = (copies: readonly Copy[]): ReadonlyMap<number, readonly CopiedRun[]> => {
  const sorted = new Map<number, CopiedRun[]>()
  for (const run of copies.flatMap(({ runs }) => runs)) {
    const runs = run.copy === null ? undefined : sorted.get(run.copy.client)
    if (runs !== undefined) runs.push(run)
    else if (run.copy !== null) sorted.set(run.copy.client, [run])
  }
  for (const runs of sorted.values()) runs.sort((a, b) => (a.copy?.clock ?? 0) - (b.copy?.clock ?? 0))
  return sorted
}

/** The index of the first run whose copy begins behind this clock. */
const firstBehind = (runs: readonly CopiedRun[], clock: number): number => {
  let [low, high] = [0, runs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((runs[middle]?.copy?.clock ?? 0) <= clock) low = middle + 1
    else high = middle
  }
  return low
}

/** The copied characters, by the ids they have there. */
export const copiesIn = ({ runs }: Copy): readonly Run[] =>
  runs.flatMap(({ copy, length }) => (copy === null ? [] : [{ ...copy, length }]))

/** What a copy has of a character: its own copy, or the nearest one if it was left out. */
const copyOf = ({ runs }: Copy, id: Beside): Beside | null => {
  const index = runs.findIndex((run) => has(run, id))
  const run = runs[index]
  if (run === undefined) return null
  if (run.copy !== null)
    return { client: run.copy.client, clock: run.copy.clock + id.clock - run.clock, side: id.side }
  const next = runs.slice(index).find(({ copy }) => copy !== null)
  if (next?.copy) return { ...next.copy, side: 'before' }
  const last = runs.slice(0, index).findLast(({ copy }) => copy !== null)
  return last?.copy ? { ...lastOf({ ...last.copy, length: last.length }), side: 'behind' } : null
}

export const total = (runs: readonly Run[]): number => runs.reduce((sum, { length }) => sum + length, 0)

export const lastOf = ({ client, clock, length }: Run): CharacterId => ({
  client,
  clock: clock + length - 1,
})

/** Cut so that each piece is wholly in every one of `others`, or not at all. */
export const piecesOf = <T extends Run>(run: T, others: readonly Run[]): readonly T[] => {
  const end = run.clock + run.length
  const cuts = others
    .filter(({ client, clock, length }) => client === run.client && clock < end && clock + length > run.clock)
    .flatMap(({ clock, length }) => [clock, clock + length])
    .filter((cut) => cut > run.clock && cut < end)
  let clock = run.clock
  return [...new Set(cuts.sort((a, b) => a - b)), end].map((to) => {
    const piece = { ...run, clock, length: to - clock }
    clock = to
    return piece
  })
}

/** Whether a split or merge has copied all that the text of a deleted cell still has. */
export const isAllCopied = (doc: Y.Doc, cell: CellId, copies: Copies): boolean => {
  const copied = copies.from(cell)
  const text = sourceOf(doc, cell)
  if (copied.length === 0 || text === undefined) return false
  return writtenRuns(text)
    .filter(({ deleted }) => !deleted)
    .every((run) => piecesOf(run, copied).every((piece) => copied.some((each) => has(each, piece))))
}
