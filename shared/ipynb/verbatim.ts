import { textDigest } from '../notebook/digest.ts'
import type { Leaf } from '../notebook/notebook.ts'
import { readJson } from './json-read.ts'
import { isRecord } from '../record.ts'

/**
 * A text with a hole: a cell without its source, or a file without its cells. The content of the hole is written
 * separately, so that an edit there leaves the rest unchanged.
 */
export type Parts = readonly [head: string, tail: string]

/**
 * The file's original text where it has formatting that `JsonStyle` cannot express. It is written back as long as the
 * standard text still has this digest, that is until the content changes. With a single part, the content of the hole is
 * included, in the text and in the digest.
 */
export interface Verbatim {
  readonly parts: readonly [head: string, tail: string] | readonly [whole: string]
  readonly digest: string
}

const digestOf = (parts: readonly string[]): string => textDigest(parts.join('\0')).slice(0, 32)

export const readVerbatim = (leaf: Leaf | undefined): Verbatim | null => {
  if (!isRecord(leaf) || typeof leaf.digest !== 'string' || !Array.isArray(leaf.parts)) return null
  const [head, tail] = leaf.parts as readonly Leaf[]
  if (typeof head !== 'string') return null
  return { parts: typeof tail === 'string' ? [head, tail] : [head], digest: leaf.digest }
}

/**
 * The original text if it still has the same content as the standard text, else the standard text. Peers can write
 * anything, so the original is only used if it is valid JSON at this nesting `depth` with `probe` in the hole.
 */
export const fill = (
  [head, tail]: Parts,
  hole: string,
  verbatim: Verbatim | undefined,
  probe: string,
  depth: number,
): string => {
  if (verbatim?.parts.length === 2 && verbatim.digest === digestOf([head, tail])) {
    const [keptHead, keptTail] = verbatim.parts
    if (readJson(keptHead + probe + keptTail, depth).ok) return keptHead + hole + keptTail
  }
  if (verbatim?.parts.length === 1 && verbatim.digest === digestOf([head, hole, tail])) {
    const [whole] = verbatim.parts
    if (readJson(whole, depth).ok) return whole
  }
  return head + hole + tail
}

/** What to store so that `fill` returns `actual`; undefined if the standard text is the same. */
export const keep = (
  [head, tail]: Parts,
  hole: string,
  actual: string,
  holeAt: number | null,
): Verbatim | undefined => {
  if (head + hole + tail === actual) return undefined
  if (holeAt === null || !actual.startsWith(hole, holeAt)) {
    return { parts: [actual], digest: digestOf([head, hole, tail]) }
  }
  return {
    parts: [actual.slice(0, holeAt), actual.slice(holeAt + hole.length)],
    digest: digestOf([head, tail]),
  }
}
