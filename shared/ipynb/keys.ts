import type { Leaves } from '../notebook/notebook.ts'
import { isReservedKey, type Member } from './json-read.ts'

// The keys of JSON objects and their order. A Y.Map does not keep the order of its keys, so an order that is not
// alphabetical is stored as a list. Keys that a plain object cannot hold are encoded.

export type KeyOrder = readonly string[]

const marker = '$json:'
/** With more distinct keys, the rest is sorted. */
const maxOrderLength = 64

const encodeKey = (key: string): string =>
  isReservedKey(key) || key.startsWith(marker) ? marker + JSON.stringify(key) : key

const decodeKey = (key: string): string => {
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

const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** In the given order, with unlisted keys last; without an order alphabetical, like Jupyter. */
export const inOrder = <T>(
  members: readonly (readonly [string, T])[],
  order: KeyOrder | undefined,
): (readonly [string, T])[] => {
  if (!order) return [...members].sort(([a], [b]) => compareKeys(a, b))
  const rank = new Map(order.map((key, index) => [decodeKey(key), index]))
  const rankOf = (key: string): number => rank.get(key) ?? order.length
  return [...members].sort(([a], [b]) => rankOf(a) - rankOf(b) || compareKeys(a, b))
}

export const isInOrder = (keys: KeyOrder, order: KeyOrder | undefined): boolean => {
  const members = keys.map((key) => [decodeKey(key), null] as const)
  return inOrder(members, order).every(([key], index) => key === members[index]?.[0])
}

/** The order of most of the lists; undefined if that is alphabetical. */
export const commonOrder = (lists: readonly KeyOrder[]): KeyOrder | undefined => {
  const candidates = lists.filter((keys) => keys.length > 1)
  const unsorted = candidates.filter((keys) => !isInOrder(keys, undefined))
  if (unsorted.length * 2 <= candidates.length) return undefined
  const order: string[] = []
  for (const keys of unsorted) {
    let next = 0
    for (const key of keys) {
      const known = order.indexOf(key)
      if (known >= 0) next = known + 1
      else if (order.length < maxOrderLength) order.splice(next++, 0, key)
    }
  }
  return order
}
