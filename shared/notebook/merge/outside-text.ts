// Merges a text of the document (a source, a reply) with another program's version of it. Its base is not known: the
// revision is used with which the least is removed and the least is duplicated.
import { mergeText, type TextMerge } from './merge-text.ts'
import { applyEdits, clash, lineHunks, type TextEdit } from './text-edits.ts'
import { linesOf } from '../lines.ts'
import { isOutside } from '../document/writer.ts'
import type { GatheredText } from './gathered-text.ts'

export interface OutsideText {
  readonly edits: readonly TextEdit[]
  /** Both changed the same lines; both changes are in the text. */
  readonly both: boolean
  /** It lacks something written since, which was kept. */
  readonly kept: boolean
}

/** Units of ours that the edits remove. */
export const removedBy = (edits: readonly TextEdit[]): readonly number[] =>
  edits.flatMap(({ at, remove }) => Array.from({ length: remove }, (_, unit) => at + unit))

const countWords = (text: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const [word] of text.matchAll(/[\p{L}\p{N}_]{2,}/gu)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/**
 * The cost of a merge in words: units of our words that are removed, except those that were extended, and of words that
 * occur more often than on either side.
 */
const costOf = (
  ours: string,
  theirs: string,
  merged: string,
): { readonly gone: number; readonly twice: number } => {
  const [mine, their, all] = [countWords(ours), countWords(theirs), countWords(merged)]
  const grown = [...all.keys()].filter((word) => !mine.has(word))
  const harm = { gone: 0, twice: 0 }
  for (const [word, count] of mine) {
    const missing = count - (all.get(word) ?? 0)
    if (missing > 0 && !grown.some((other) => other.includes(word))) harm.gone += missing * word.length
  }
  for (const [word, count] of all)
    harm.twice += word.length * Math.max(0, count - Math.max(mine.get(word) ?? 0, their.get(word) ?? 0))
  return harm
}

/** Some line written between `was` and `source` is missing in `their`. */
const lacks = (was: string, source: string, their: string): boolean => {
  if (source === was || source === their) return false
  const lines = new Set(linesOf(their).map((line) => line.trimEnd()))
  return lineHunks(was, source)
    .flatMap(({ insert }) => linesOf(insert))
    .some((line) => !lines.has(line.trimEnd()))
}

/**
 * `bases`: the text in the possible bases, newest first. `isFree` matches the clients whose words are not protected, if
 * there are any. `elsewhere`: what the program has moved to other cells.
 */
export const mergeOutsideText = (
  text: GatheredText,
  revisions: readonly string[],
  theirs: string,
  isFree: ((client: number) => boolean) | null,
  elsewhere = '',
): OutsideText => {
  const ours = text.toString()
  const newest = revisions[0] ?? ''
  let best: { merge: TextMerge; base: string; cost: number; isTwice: boolean } | null = null
  let writers: readonly number[] | null = null
  // An empty base removes nothing and keeps common text once: for texts that every revision would duplicate.
  for (const base of new Set([...revisions, ''])) {
    const isLast = base === '' && !revisions.includes('')
    if (isLast && best?.isTwice !== true) break
    const merge = mergeText(base, ours, theirs)
    const isNewest = base === newest
    if (!isNewest && !isLast && merge.alike) continue
    const by = (writers ??= text.writers())
    // A word replaced another program's replacement: it was edited once more.
    if (!isNewest && merge.replaced.some((unit) => isOutside(by[unit] ?? 0))) continue
    const removed = removedBy(merge.edits).filter((unit) => isFree?.(by[unit] ?? 0) !== true).length
    const taken = Math.max(0, removed - elsewhere.length)
    const merged = applyEdits(ours, merge.edits)
    const { gone, twice } = costOf(ours, `${theirs}\n${elsewhere}`, `${merged}\n${elsewhere}`)
    // A program that has a newer word has read it.
    const cost = (isFree === null ? Math.max(taken, gone) : taken) + 2 * twice
    if (best === null || cost < best.cost) best = { merge, base, cost, isTwice: twice > 0 }
    if (cost === 0) break
  }
  if (best === null) return { edits: [], both: false, kept: false }
  const { merge, base } = best
  return {
    edits: merge.edits,
    both: merge.conflicts || clash(base, ours, theirs),
    kept: lacks(base, newest, theirs),
  }
}
