// Values of a notebook: JSON that a file can contain. Enforced on every write and read, because any client can put
// anything into the document. Anything else is replaced by a short note.
import * as Y from 'yjs'
import type { Leaf, Leaves } from './notebook.ts'

/** Maximum nesting of a value and of a whole file: what Python's json can read (measured on 3.11). */
export const maxDepth = 992

export interface RawJson {
  readonly $json: string
}

export const isRawJson = (leaf: unknown): leaf is Leaf & RawJson =>
  typeof leaf === 'object' &&
  leaf !== null &&
  !Array.isArray(leaf) &&
  typeof (leaf as Leaves).$json === 'string'

const leftOut = (what: string): string => `[left out: ${what}]`
const tooDeep = leftOut(`nested more than ${maxDepth} deep`)

const [quote, backslash] = [34, 92]
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125]

export const nesting = (json: string): number => {
  let [depth, most] = [0, 0]
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === openList || code === openObject) most = Math.max(most, ++depth)
    else if (code === closeList || code === closeObject) depth--
    else if (code === quote)
      for (at++; at < json.length && json.charCodeAt(at) !== quote; at++)
        if (json.charCodeAt(at) === backslash) at++
  }
  return most
}

/** Loops instead of callbacks use one stack frame per level. */
export const isLeaf = (value: unknown, room = maxDepth): value is Leaf => {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null)
    return value === null || typeof value === 'string' || typeof value === 'boolean'
  if (room === 0) return false
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) if (!isLeaf(item, room - 1)) return false
    return true
  }
  if (value instanceof Uint8Array || value instanceof Y.AbstractType) return false
  if (isRawJson(value)) return nesting(value.$json) <= room
  for (const key in value) if (!isLeaf((value as Leaves)[key], room - 1)) return false
  return true
}

export const sameJson = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b)

/** The value itself if it is a leaf, else the nearest one, with notes for parts that no file can contain. */
export const leafOf = (value: unknown, room = maxDepth): Leaf =>
  isLeaf(value, room) ? value : nearest(value, room)

const nearest = (value: unknown, room: number): Leaf => {
  if (value === undefined) return null
  if (typeof value === 'number' || typeof value === 'bigint') return { $json: String(value) }
  if (typeof value !== 'object') return leftOut(`a ${typeof value}`)
  if (value instanceof Y.Text) return value.toString()
  if (value instanceof Uint8Array) return leftOut(`${value.length} bytes`)
  if (room === 0 || isRawJson(value)) return tooDeep
  if (Array.isArray(value)) return value.map((item: unknown) => leafOf(item, room - 1))
  if (value instanceof Y.Array) return value.toArray().map((item: unknown) => leafOf(item, room - 1))
  if (value instanceof Y.AbstractType && !(value instanceof Y.Map)) return leftOut('a value of another kind')
  const entries: Iterable<[string, unknown]> =
    value instanceof Y.Map ? value.entries() : Object.entries(value ?? {})
  return Object.fromEntries(Array.from(entries, ([key, item]) => [key, leafOf(item, room - 1)]))
}
