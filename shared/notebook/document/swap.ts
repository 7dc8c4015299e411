// A text change that names characters instead of positions. It can be stored and applied later; applying it twice, even
// concurrently, has the effect of once; and it never touches characters typed since.
import { uint32 } from 'lib0/random'
import * as Y from 'yjs'
import { isRecord } from '../../record.ts'
import type { Leaf } from '../notebook.ts'
import type { TextEdit } from '../merge/text-edits.ts'

interface Id {
  readonly client: number
  readonly clock: number
}

/** Consecutive characters of one client. */
export interface Span extends Id {
  readonly length: number
}

/** A text between two characters, which may have been deleted; null at an end. */
interface Put {
  readonly text: string
  /** The Yjs client used only for this text, so that its characters have the same ids wherever it is inserted. */
  readonly as: number
  readonly left: Id | null
  readonly right: Id | null
}

export interface Swap {
  readonly puts: readonly Put[]
  readonly drops: readonly Span[]
}

export const joined = (swaps: readonly Swap[]): Swap => ({
  puts: swaps.flatMap(({ puts }) => puts),
  drops: swaps.flatMap(({ drops }) => drops),
})

const isIn = ({ client, clock }: Id, span: Span): boolean =>
  span.client === client && span.clock <= clock && clock < span.clock + span.length

const overlap = (a: Span, b: Span): boolean =>
  a.client === b.client && a.clock < b.clock + b.length && b.clock < a.clock + a.length

/** Whether both drop some of the same characters. */
export const meet = (a: Swap, b: Swap): boolean =>
  a.drops.some((mine) => b.drops.some((their) => overlap(mine, their)))

const idOf = ({ client, clock }: Y.ID, offset: number): Id => ({ client, clock: clock + offset })

interface Piece extends Span {
  readonly text: string
  /** The previous character, even if deleted. */
  readonly left: Id | null
}

interface Passage {
  /** Of at most one item each. */
  readonly pieces: readonly Piece[]
  /** The last visible character before it. */
  readonly before: Id | null
  /** The next character, even if deleted. */
  readonly behind: Id | null
}

const passageIn = (text: Y.Text, from: number, to: number): Passage => {
  const pieces: Piece[] = []
  let before: Id | null = null
  let behind = text._start === null ? null : idOf(text._start.id, 0)
  let at = 0
  for (let item = text._start; item !== null && at < Math.max(to, 1); item = item.right) {
    const length = item.deleted || !item.countable ? 0 : item.length
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, length)]
    const idAfter = (offset: number): Id | null =>
      offset < item.length ? idOf(item.id, offset) : item.right === null ? null : idOf(item.right.id, 0)
    if (length > 0 && at < from) {
      before = idOf(item.id, Math.min(from - at, length) - 1)
      behind = idAfter(Math.min(from - at, length))
    }
    if (start < end) {
      behind = idAfter(end)
      pieces.push({
        ...idOf(item.id, start),
        length: end - start,
        text: item.content instanceof Y.ContentString ? item.content.str.slice(start, end) : '',
        left: start > 0 ? idOf(item.id, start - 1) : (item.left?.lastId ?? null),
      })
    }
    at += length
  }
  return { pieces, before, behind }
}

/** All of a text's characters. */
export const spansOf = (text: Y.Text): readonly Span[] =>
  passageIn(text, 0, text.length).pieces.map(({ client, clock, length }) => ({ client, clock, length }))

/** Of two texts at one position, that of the smaller client comes first: the original one. */
const newClient = (doc: Y.Doc, isBack: boolean): number => {
  const half = uint32() >>> 1
  const client = isBack ? half : half + 2 ** 31
  return client === doc.clientID || Y.getState(doc.store, client) > 0 ? newClient(doc, isBack) : client
}

/**
 * The swap for an edit, and the one that reverts it. Characters in `owned` are not restored: they belong to another
 * swap.
 */
export const swapOf = (
  doc: Y.Doc,
  text: Y.Text,
  { at, remove, insert }: TextEdit,
  owned: readonly Span[] = [],
): { readonly make: Swap; readonly back: Swap } => {
  const { pieces, before, behind } = passageIn(text, at, at + remove)
  const last = pieces.at(-1)
  const as = newClient(doc, false)
  const left = last === undefined ? before : { client: last.client, clock: last.clock + last.length - 1 }
  const drops = pieces.map(({ client, clock, length }) => ({ client, clock, length }))
  return {
    make: { puts: insert === '' ? [] : [{ text: insert, as, left, right: behind }], drops },
    back: {
      puts: pieces
        .flatMap((piece) => without(piece, owned))
        .filter(({ text }) => text !== '')
        .map(({ client, clock, text, left }) => ({
          text,
          as: newClient(doc, true),
          left,
          right: { client, clock },
        })),
      drops: insert === '' ? [] : [{ client: as, clock: 0, length: insert.length }],
    },
  }
}

const without = (piece: Piece, spans: readonly Span[]): readonly Piece[] => {
  const parts: Piece[] = []
  let start = 0
  for (let offset = 0; offset <= piece.length; offset++) {
    const id = { client: piece.client, clock: piece.clock + offset }
    if (offset < piece.length && !spans.some((span) => isIn(id, span))) continue
    if (offset > start)
      parts.push({
        ...piece,
        clock: piece.clock + start,
        length: offset - start,
        text: piece.text.slice(start, offset),
        left: start === 0 ? piece.left : { client: piece.client, clock: piece.clock + start - 1 },
      })
    start = offset + 1
  }
  return parts
}

const isMade = (doc: Y.Doc, { as }: Put): boolean => Y.getState(doc.store, as) > 0

/** Whether all its characters are in the text. A swap may come from any client, and Yjs throws on invalid ones. */
export const fits = (doc: Y.Doc, text: Y.Text, { puts, drops }: Swap): boolean => {
  const has = ({ client, clock }: Id): boolean => {
    if (clock >= Y.getState(doc.store, client)) return false
    const item: Y.Item | Y.GC = Y.getItem(doc.store, { client, clock })
    return item instanceof Y.Item && item.parent === text && item.parentSub === null
  }
  return (
    puts.every(
      ({ left, right, as }) =>
        as !== doc.clientID && (left === null || has(left)) && (right === null || has(right)),
    ) && drops.every(({ client, clock, length }) => has({ client, clock: clock + length - 1 }))
  )
}

/** Applies what is not applied yet. Call within a transaction. */
export const makeSwap = (doc: Y.Doc, text: Y.Text, swap: Swap): void => {
  if (!fits(doc, text, swap)) return
  doc.transact((transaction) => {
    for (const put of swap.puts) {
      if (isMade(doc, put)) continue
      const left = put.left === null ? null : Y.getItemCleanEnd(transaction, doc.store, idHere(put.left))
      const right = put.right === null ? null : Y.getItemCleanStart(transaction, idHere(put.right))
      const content = new Y.ContentString(put.text)
      const id = Y.createID(put.as, 0)
      const [origin, rightOrigin] = [left?.lastId ?? null, right?.id ?? null]
      new Y.Item(id, left, origin, right, rightOrigin, text, null, content).integrate(transaction, 0)
    }
    for (const { client, clock, length } of swap.drops)
      for (let done = 0; done < length;) {
        const item = Y.getItemCleanStart(transaction, Y.createID(client, clock + done))
        if (item.length > length - done)
          Y.getItemCleanEnd(transaction, doc.store, Y.createID(client, clock + length - 1))
        done += item.length
        if (item.parent === text) item.delete(transaction)
      }
    // Yjs's own operations keep these positions up to date.
    if (text._searchMarker !== null) text._searchMarker.length = 0
  })
}

const idHere = ({ client, clock }: Id): Y.ID => Y.createID(client, clock)

/** The edits that the swaps would make now. */
export const editsOf = (doc: Y.Doc, text: Y.Text, swaps: readonly Swap[]): readonly TextEdit[] => {
  const { puts, drops } = joined(swaps.filter((swap) => fits(doc, text, swap)))
  const open = puts.filter((put) => !isMade(doc, put))
  const edits: TextEdit[] = []
  const putAfter = (isHere: (left: Id | null) => boolean, at: number): void => {
    for (const { left, text: insert } of open) if (isHere(left)) edits.push({ at, remove: 0, insert })
  }
  putAfter((left) => left === null, 0)
  let at = 0
  for (let item = text._start; item !== null; item = item.right) {
    const { id, length } = item
    const shown = item.deleted || !item.countable ? 0 : 1
    const [first, end] = [id.clock, id.clock + length]
    // Boundaries within the item.
    const cuts = new Set([first, end])
    const cut = (clock: number): void => void (first < clock && clock < end && cuts.add(clock))
    for (const span of drops)
      if (span.client === id.client) [span.clock, span.clock + span.length].forEach(cut)
    for (const { left } of open) if (left?.client === id.client) cut(left.clock + 1)
    const sorted = [...cuts].sort((a, b) => a - b)
    for (const [index, from] of sorted.entries()) {
      const to = sorted[index + 1]
      if (to === undefined) break
      const isDropped = drops.some((span) => isIn({ client: id.client, clock: from }, span))
      const remove = shown * (to - from)
      if (isDropped && remove > 0) edits.push({ at, remove, insert: '' })
      at += remove
      putAfter((left) => left?.client === id.client && left.clock === to - 1, at)
    }
  }
  return edits
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const readId = (value: unknown): Id | null =>
  isRecord(value) && isCount(value['client']) && isCount(value['clock'])
    ? { client: value['client'], clock: value['clock'] }
    : null

const readSpan = (value: unknown): Span | null => {
  const id = readId(value)
  const length = isRecord(value) ? value['length'] : null
  return id !== null && isCount(length) && length > 0 ? { ...id, length } : null
}

const readPut = (value: unknown): Put | null => {
  if (!isRecord(value)) return null
  const { text, as, left, right } = value
  const [before, behind] = [readId(left), readId(right)]
  if (typeof text !== 'string' || text === '' || /\r|\p{Surrogate}/u.test(text) || !isCount(as)) return null
  if ((left !== null && before === null) || (right !== null && behind === null)) return null
  return { text, as, left: before, right: behind }
}

/** Null if any part is invalid. */
export const readSwap = (value: Readonly<Record<string, unknown>>): Swap | null => {
  const { puts, drops } = value
  if (!Array.isArray(puts) || !Array.isArray(drops)) return null
  const [put, dropped] = [puts.map(readPut), drops.map(readSpan)]
  return put.includes(null) || dropped.includes(null)
    ? null
    : { puts: put.filter((one) => one !== null), drops: dropped.filter((one) => one !== null) }
}

export const swapLeaf = ({ puts, drops }: Swap): { readonly [key: string]: Leaf } => ({
  puts: puts.map(({ text, as, left, right }) => ({
    text,
    as,
    left: left === null ? null : { ...left },
    right: right === null ? null : { ...right },
  })),
  drops: drops.map((span) => ({ ...span })),
})
