import { digest } from 'lib0/hash/sha256'
import { toHexString } from 'lib0/buffer'
import { encodeUtf8 } from 'lib0/string'
import type { Leaf } from '../notebook/notebook.ts'
import { readJson } from './json-read.ts'
import { isRecord } from '../record.ts'

/**
 * A text in two parts around a hole: a cell around its source, or a file around its cells. What fills the hole
 * is written apart, so that an edit there leaves the rest as it stands.
 */
export type Parts = readonly [head: string, tail: string]

/**
 * The file's own text where it was written by hand, or in a form `JsonStyle` does not know. It is written back
 * for as long as the standard text of the same thing has this digest, that is until the thing itself changes.
 * One part: the hole was written by hand as well, and counts for the digest.
 */
export interface Verbatim {
  readonly parts: readonly [head: string, tail: string] | readonly [whole: string]
  readonly digest: string
}

const digestOf = (parts: readonly string[]): string =>
  toHexString(digest(encodeUtf8(parts.join('\0')))).slice(0, 32)

export function readVerbatim(leaf: Leaf | undefined): Verbatim | null {
  if (!isRecord(leaf) || typeof leaf.digest !== 'string' || !Array.isArray(leaf.parts)) return null
  const [head, tail] = leaf.parts as readonly Leaf[]
  if (typeof head !== 'string') return null
  return { parts: typeof tail === 'string' ? [head, tail] : [head], digest: leaf.digest }
}

/**
 * The text as the file had it, where that still says what the standard parts around `hole` say. A peer may have
 * written anything: `probe` is what makes JSON of the kept parts when it stands in the hole, `inside` so many lists and
 * objects, or they are not used.
 */
export function fill(
  [head, tail]: Parts,
  hole: string,
  verbatim: Verbatim | undefined,
  probe: string,
  inside: number,
): string {
  if (verbatim?.parts.length === 2 && verbatim.digest === digestOf([head, tail])) {
    const [keptHead, keptTail] = verbatim.parts
    if (readJson(keptHead + probe + keptTail, inside).ok) return keptHead + hole + keptTail
  }
  if (verbatim?.parts.length === 1 && verbatim.digest === digestOf([head, hole, tail])) {
    const [whole] = verbatim.parts
    if (readJson(whole, inside).ok) return whole
  }
  return head + hole + tail
}

/** What to keep so that `fill` gives `actual`; undefined where the standard text is that already. */
export function keep(
  [head, tail]: Parts,
  hole: string,
  actual: string,
  holeAt: number | null,
): Verbatim | undefined {
  if (head + hole + tail === actual) return undefined
  if (holeAt === null || !actual.startsWith(hole, holeAt)) {
    return { parts: [actual], digest: digestOf([head, hole, tail]) }
  }
  return {
    parts: [actual.slice(0, holeAt), actual.slice(holeAt + hole.length)],
    digest: digestOf([head, tail]),
  }
}
