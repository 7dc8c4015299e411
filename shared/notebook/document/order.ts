// Order keys: strings that sort cells, so that a move writes one value and deletes nothing.
//
// A key is a fractional-indexing key (base 62), then a three-digit tag of its writer, then a counter. The counter keeps
// consecutive inserts by one person together when others insert into the same gap, and keeps keys short when cells are
// added one after another. Counters sort as text and never end in 0, which fractional-indexing forbids: 1 … 9 A … Z a …
// y z1 … zy zz1 …
import { generateKeyBetween } from 'fractional-indexing'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Longer keys are rebalanced together with their neighbours. */
export const maxKeyLength = 64

export interface Ordered {
  readonly id: string
  readonly order: string
}

/** By code units: localeCompare would order differently in different browsers. */
export const byOrder = (a: Ordered, b: Ordered): number =>
  a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

/** Three base-62 digits of a Yjs client id. */
export const orderTag = (client: number): string => {
  let rest = client >>> 0
  let tag = ''
  for (let i = 0; i < 3; i++) {
    tag += digits[rest % 62]
    rest = Math.floor(rest / 62)
  }
  return tag
}

const nextCounter = (counter: string): string => {
  const last = digits.indexOf(counter[counter.length - 1] ?? '0')
  const head = counter.slice(0, -1)
  return last < 60 ? head + digits[last + 1] : head + 'z1'
}

/** Throws if the bounds are equal, reversed or invalid; `place` never lets that happen. */
export const between = (lo: string | null, hi: string | null, tag: string): string => {
  const counted = lo === null ? null : new RegExp(`^(.+${tag})(z*[1-9A-Za-y])$`).exec(lo)
  if (counted?.[1] !== undefined && counted[2] !== undefined) {
    const key = counted[1] + nextCounter(counted[2])
    if (hi === null || key < hi) return key
  }
  const fits = (key: string): boolean => hi === null || key < hi
  let base = generateKeyBetween(lo, hi)
  while (!fits(base + tag + '1')) base = generateKeyBetween(lo, base)
  return base + tag + '1'
}

/** A peer can write anything; an invalid key is replaced before it is used as a bound. */
export const isKey = (order: string): boolean => {
  if (!/^[A-Za-z][0-9A-Za-z]*$/.test(order) || order.length > 4096) return false
  try {
    generateKeyBetween(order, null)
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

export interface Placement {
  readonly key: string
  /** Cells that get new keys in the same transaction, because theirs left no gap. */
  readonly rekeyed: ReadonlyMap<string, string>
}

/** `count` consecutive keys between two bounds. */
const keysBetween = (lo: string | null, hi: string | null, count: number, tag: string): string[] => {
  const keys: string[] = []
  for (let i = 0; i < count; i++) keys.push(between(keys[i - 1] ?? lo, hi, tag))
  return keys
}

/**
 * A key for a cell inserted after the first `index` entries of a sorted list. If the neighbours have equal or invalid
 * keys, those after the gap get new keys; if no valid key is near, the whole list does.
 */
export const place = (sorted: readonly Ordered[], index: number, tag: string): Placement => {
  const lo = sorted[index - 1]?.order ?? null
  if (sorted.some((entry, i) => Math.abs(i - index) <= 1 && !isKey(entry.order)))
    return rekeyAll(sorted, index, tag)
  const isTied = (entry: Ordered | undefined): boolean =>
    entry !== undefined && lo !== null && entry.order <= lo
  let end = index
  while (isTied(sorted[end])) end++
  const hi = sorted[end]?.order ?? null
  if (hi !== null && !isKey(hi)) return rekeyAll(sorted, index, tag)
  const tied = sorted.slice(index, end)
  const [key = '', ...keys] = keysBetween(lo, hi, tied.length + 1, tag)
  return { key, rekeyed: new Map(tied.map((entry, i) => [entry.id, keys[i] ?? key])) }
}

const rekeyAll = (sorted: readonly Ordered[], index: number, tag: string): Placement => {
  const keys = keysBetween(null, null, sorted.length + 1, tag)
  const [key = ''] = keys.splice(index, 1)
  return { key, rekeyed: new Map(sorted.map((entry, i) => [entry.id, keys[i] ?? key])) }
}

/**
 * New, short keys around the entry at `index`, if its key is longer than `maxKeyLength`: for the entries between the
 * nearest short keys, or the whole list. Empty if nothing is needed.
 */
export const rebalance = (
  sorted: readonly Ordered[],
  index: number,
  tag: string,
): ReadonlyMap<string, string> => {
  if ((sorted[index]?.order.length ?? 0) <= maxKeyLength) return new Map()
  const isBorder = (entry: Ordered | undefined): boolean =>
    entry === undefined || (entry.order.length <= maxKeyLength / 4 && isKey(entry.order))
  let first = index
  let last = index
  while (!isBorder(sorted[first - 1])) first--
  while (!isBorder(sorted[last + 1]) || sorted[last + 1]?.order === sorted[first - 1]?.order) {
    if (sorted[last + 1] === undefined) break
    last++
  }
  const run = sorted.slice(first, last + 1)
  const keys = keysBetween(sorted[first - 1]?.order ?? null, sorted[last + 1]?.order ?? null, run.length, tag)
  return new Map(run.map((entry, i) => [entry.id, keys[i] ?? entry.order]))
}
