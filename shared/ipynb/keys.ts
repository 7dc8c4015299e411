import type { Leaves } from '../notebook/notebook.ts'
import { isHiddenKey, type Member } from './json-read.ts'

// The names of members. A Y.Map keeps no order of its keys: where the file's order is not the sorted one it is
// kept as a list. And a plain object does not carry every name.

export type KeyOrder = readonly string[]

const marker = '$json:'
/** Past this a file has no order of its keys worth the name. */
const longestOrder = 64

/** A name that objects and Yjs carry as it is; the others travel as `$json:` and their JSON. */
const encodeKey = (key: string): string =>
  isHiddenKey(key) || key.startsWith(marker) ? marker + JSON.stringify(key) : key

function decodeKey(key: string): string {
  if (!key.startsWith(marker)) return key
  try {
    const decoded: unknown = JSON.parse(key.slice(marker.length))
    return typeof decoded === 'string' ? decoded : key
  } catch {
    return key
  }
}

export const toLeaves = (members: readonly Member[]): Leaves =>
  Object.fromEntries(members.map(([key, value]) => [encodeKey(key), value]))

export const fromLeaves = (leaves: Leaves): Member[] =>
  Object.entries(leaves).map(([key, value]) => [decodeKey(key), value])

export const keysOf = (members: readonly Member[]): KeyOrder => members.map(([key]) => encodeKey(key))

const bySorting = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Sorted, as Jupyter writes; with an order: by it, names it lacks last. */
export function inOrder<T>(
  members: readonly (readonly [string, T])[],
  order: KeyOrder | undefined,
): (readonly [string, T])[] {
  if (!order) return [...members].sort(([a], [b]) => bySorting(a, b))
  const rank = new Map(order.map((key, index) => [decodeKey(key), index]))
  const rankOf = (key: string): number => rank.get(key) ?? order.length
  return [...members].sort(([a], [b]) => rankOf(a) - rankOf(b) || bySorting(a, b))
}

export function isInOrder(keys: KeyOrder, order: KeyOrder | undefined): boolean {
  const members = keys.map((key) => [decodeKey(key), null] as const)
  return inOrder(members, order).every(([key], index) => key === members[index]?.[0])
}

/** The order most of the lists follow; undefined where that is the sorted one. */
export function commonOrder(lists: readonly KeyOrder[]): KeyOrder | undefined {
  const telling = lists.filter((keys) => keys.length > 1)
  const unsorted = telling.filter((keys) => !isInOrder(keys, undefined))
  if (unsorted.length * 2 <= telling.length) return undefined
  const order: string[] = []
  for (const keys of unsorted) {
    let next = 0
    for (const key of keys) {
      const known = order.indexOf(key)
      if (known >= 0) next = known + 1
      else if (order.length < longestOrder) order.splice(next++, 0, key)
    }
  }
  return order
}
