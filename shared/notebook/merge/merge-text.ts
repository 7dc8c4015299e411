// Merges two changes of one plain text. Text inserted by one side is never removed, because the other cannot have seen
// it; text inserted by both at one position is kept once if equal, and else from both.
import { diffArrays } from 'diff/lib/diff/array.js'
import { textEdits, wordEdits, type TextEdit } from './text-edits.ts'
import { linesOf } from '../lines.ts'
import { likeness, wordsOf } from './word-similarity.ts'

export interface TextMerge {
  /** Turn `ours` into the merged text: positions in `ours`, in order, never overlapping. */
  readonly edits: readonly TextEdit[]
  /** Both inserted different text at one position. */
  readonly conflicts: boolean
  /** The text of `theirs` at such a position is so similar to ours that it is probably derived from it. */
  readonly alike: boolean
  /** Units of ours that replace something of the base which `theirs` replaces differently. */
  readonly replaced: readonly number[]
}

/** A text against its base: units of the base that are removed, and text inserted before each unit. */
interface Changes {
  readonly gone: Uint8Array
  readonly inserted: ReadonlyMap<number, string>
}

const changesOf = (base: string, edits: readonly TextEdit[]): Changes => {
  const gone = new Uint8Array(base.length)
  const inserted = new Map<number, string>()
  for (const { at, remove, insert } of edits) {
    gone.fill(1, at, at + remove)
    if (insert !== '') inserted.set(at, insert)
  }
  return { gone, inserted }
}

/** Inserted after this many units of ours. */
interface Addition {
  readonly behind: number
  readonly insert: string
}

type Equal = (a: string, b: string) => boolean

const exactly: Equal = (a, b) => a === b
/** Space around a word does not count: somebody may have added it. */
const asWords: Equal = (a, b) => a.trim() === b.trim()

/** Adds the pieces of theirs that ours lacks. */
const union = (ours: readonly string[], theirs: readonly string[], comparator = exactly): Addition[] => {
  const added: Addition[] = []
  let [behind, next] = [0, 0]
  for (const part of diffArrays([...ours], [...theirs], { comparator })) {
    if (part.added) added.push({ behind, insert: part.value.join('') })
    // Of pieces that are equal but not identical, ours stay.
    else for (let n = 0; n < part.value.length; n++) behind += ours[next++]?.length ?? 0
  }
  return added
}

const leadingLines = (text: string): readonly string[] => text.match(/\n[^\n]*|[^\n]+/g) ?? []
const isName = /[\p{L}\p{N}_]{2}/u
const spacedWords = (text: string): readonly string[] => text.match(/\s*\S+|\s+$/g) ?? []

/** Both are whole lines, alone on their first and last line. */
const uniteLines = (ours: string, theirs: string): readonly Addition[] =>
  union(leadingLines(`\n${ours}`), leadingLines(`\n${theirs}`)).map(({ behind, insert }) =>
    behind === 0 ? { behind, insert: `${insert.slice(1)}\n` } : { behind: behind - 1, insert },
  )

const joinsLines = (before: string, after: string): boolean =>
  /[\p{L}\p{N}_]$/u.test(before) && /^[\p{L}\p{N}_]/u.test(after)

/** Separates adjacent words. */
const apart = (ours: string, added: readonly Addition[]): readonly Addition[] =>
  added.map(({ behind, insert }) => {
    const [before, after] = [ours.slice(0, behind), ours.slice(behind)]
    return {
      behind,
      insert: (joinsLines(before, insert) ? ' ' : '') + insert + (joinsLines(insert, after) ? ' ' : ''),
    }
  })

/** What of `theirs` to add to `ours` at a common position that begins and ends lines, or not. */
const combine = (ours: string, theirs: string, begins: boolean, ends: boolean): readonly Addition[] => {
  if (ends && ours.startsWith('\n') && theirs.startsWith('\n'))
    return union(leadingLines(ours), leadingLines(theirs))
  if (begins && ours.endsWith('\n') && theirs.endsWith('\n')) return union(linesOf(ours), linesOf(theirs))
  const [mine, their] = [spacedWords(ours), spacedWords(theirs)]
  const all = union(mine, their, asWords)
  const more = all.reduce((sum, { insert }) => sum + insert.length, 0)
  // One is the other with words added.
  if (more === 0 || ours.length + more === theirs.length) return all
  // A word that both have is kept once.
  if (mine.some((word) => isName.test(word) && their.some((other) => asWords(word, other)))) return all
  let shared = 0
  while (mine[shared] !== undefined && mine[shared] === their[shared]) shared++
  if (begins && ends && (shared === 0 || `${ours}${theirs}`.includes('\n'))) return uniteLines(ours, theirs)
  return [{ behind: ours.length, insert: their.slice(shared).join('') }]
}

/** Share of common names from which two texts at one position count as two versions of one. */
const alike = 0.6
const namesIn = (text: string): string => (text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []).join(' ')
const isAlike = (ours: string, theirs: string): boolean =>
  likeness(wordsOf(namesIn(ours)), wordsOf(namesIn(theirs))) > alike

/** Joins adjacent edits. */
const push = (edits: TextEdit[], edit: TextEdit): void => {
  const last = edits.at(-1)
  if (last !== undefined && last.at + last.remove === edit.at)
    edits[edits.length - 1] = {
      at: last.at,
      remove: last.remove + edit.remove,
      insert: last.insert + edit.insert,
    }
  else edits.push(edit)
}

/** Merges the change from `base` to `theirs` into `ours`, which is also based on `base`. */
export const mergeText = (base: string, ours: string, theirs: string): TextMerge => {
  if (ours === theirs || base === theirs) return { edits: [], conflicts: false, alike: false, replaced: [] }
  const fine = mergeChanges(
    base,
    changesOf(base, textEdits(base, ours)),
    changesOf(base, textEdits(base, theirs)),
  )
  if (!fine.overlap) return fine
  // Character diffs of two words that replace one would merge letters they share by chance.
  return mergeChanges(base, changesOf(base, wordEdits(base, ours)), changesOf(base, wordEdits(base, theirs)))
}

/** We removed nothing in it, and at no gap both inserted something. */
const separateLines = (my: Changes, their: Changes, from: number, to: number): boolean => {
  for (let gap = from; gap <= to; gap++) {
    if (gap < to && my.gone[gap] === 1) return false
    if (my.inserted.has(gap) && their.inserted.has(gap)) return false
  }
  return true
}

/**
 * A line break in this part that stays although they removed the part: without it, a word that was typed within would be
 * joined to the one before or after it.
 */
const keptBreak = (base: string, my: Changes, from: number, to: number): number | null => {
  const gaps = [...my.inserted.keys()].filter((gap) => gap >= from && gap <= to)
  const [first, last] = [Math.min(...gaps), Math.max(...gaps)]
  const [start, end] = [my.inserted.get(first) ?? '', my.inserted.get(last) ?? '']
  if (first > from && base[from] === '\n' && joinsLines(base.slice(0, from), start)) return from
  return last < to && base[to - 1] === '\n' && joinsLines(end, base.slice(to)) ? to - 1 : null
}

const mergeChanges = (base: string, my: Changes, their: Changes): TextMerge & { overlap: boolean } => {
  const edits: TextEdit[] = []
  const replaced: number[] = []
  const found = { conflicts: false, alike: false, overlap: false }
  /** The position in ours. */
  let at = 0
  for (let from = 0; from <= base.length;) {
    // Adjacent gaps between which either side removed everything count as one position.
    let to = from
    while (to < base.length && (my.gone[to] === 1 || their.gone[to] === 1)) to++
    let [mine, theirHere, isReplaced] = ['', '', false]
    for (let gap = from; gap <= to; gap++) {
      mine += my.inserted.get(gap) ?? ''
      theirHere += their.inserted.get(gap) ?? ''
      if (gap < to && my.gone[gap] === 1 && their.gone[gap] === 1) isReplaced = true
    }
    const insertedByBoth = mine !== '' && theirHere !== ''
    const [begins, ends] = [from === 0 || base[from - 1] === '\n', to === base.length || base[to] === '\n']
    const united = insertedByBoth ? combine(mine, theirHere, begins, ends) : []
    if (united.length > 0) found.conflicts = true
    if (insertedByBoth && mine !== theirHere && isAlike(mine, theirHere)) found.alike = true
    if (insertedByBoth && mine !== theirHere) found.overlap = true
    // Text that only they replaced is replaced in place, and text inserted after it stays after it.
    const isApart =
      insertedByBoth &&
      united.length === 1 &&
      united[0]?.insert === theirHere &&
      separateLines(my, their, from, to)
    const added = isApart ? [] : apart(mine, united)
    const isOursAlone = mine !== '' && theirHere === '' && from < to
    const kept = isOursAlone ? keptBreak(base, my, from, to) : null
    let passed = 0
    let next = 0
    for (let gap = from; gap <= to; gap++) {
      const own = my.inserted.get(gap)?.length ?? 0
      for (let add = added[next]; add !== undefined && add.behind <= passed + own; add = added[++next])
        push(edits, { at: at + Math.max(0, add.behind - passed), remove: 0, insert: add.insert })
      if (isReplaced && added.length > 0) for (let unit = 0; unit < own; unit++) replaced.push(at + unit)
      at += own
      passed += own
      const insert = insertedByBoth && !isApart ? undefined : their.inserted.get(gap)
      if (insert !== undefined) push(edits, { at, remove: 0, insert })
      if (gap === base.length || my.gone[gap] === 1) continue
      if (gap < to && gap !== kept) push(edits, { at, remove: 1, insert: '' })
      at++
    }
    from = to + 1
  }
  return { edits, replaced, ...found }
}
