// The edits between two texts: by lines, then by words within changed lines. A character diff would build new words
// from letters of old ones, and tear them apart in a merge.
import { diffArrays } from 'diff/lib/diff/array.js'
import { linesOf } from '../lines.ts'
import type * as Y from 'yjs'

/** Replaces `remove` UTF-16 units at `at` of the old text; in order, never overlapping. */
export interface TextEdit {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** Lines [from, to) of the old text, replaced by `insert` of the new one. */
export interface Hunk {
  readonly from: number
  readonly to: number
  readonly removed: string
  readonly insert: string
}

/** A larger hunk is replaced as a whole. */
const maxHunkLength = 4096
/** Texts with more differing lines are replaced as a whole. */
const maxEdits = 4000

export const lineHunks = (before: string, after: string): Hunk[] => {
  if (before === after) return []
  const lines = linesOf(before)
  const parts = diffArrays(lines, linesOf(after), { maxEditLength: maxEdits })
  if (parts === undefined) return [{ from: 0, to: lines.length, removed: before, insert: after }]
  const hunks: Hunk[] = []
  let at = 0
  let open: { from: number; removed: string; insert: string } | null = null
  const close = (): void => {
    if (open !== null) hunks.push({ ...open, to: at })
    open = null
  }
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      close()
      at += value.length
      continue
    }
    open ??= { from: at, removed: '', insert: '' }
    if (added) open.insert += value.join('')
    else {
      open.removed += value.join('')
      at += value.length
    }
  }
  close()
  return hunks
}

const wordsIn = (text: string): string[] => text.match(/\s|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []

const within = ({ removed, insert }: Hunk, start: number): TextEdit[] => {
  const whole: TextEdit = { at: start, remove: removed.length, insert }
  if (removed === '' || insert === '' || removed.length + insert.length > maxHunkLength) return [whole]
  const edits: TextEdit[] = []
  let at = start
  let open: { at: number; remove: number; insert: string } | null = null
  for (const { added, removed: gone, value } of diffArrays(wordsIn(removed), wordsIn(insert))) {
    const text = value.join('')
    if (!added && !gone) {
      if (open !== null) edits.push(open)
      open = null
      at += text.length
      continue
    }
    open ??= { at, remove: 0, insert: '' }
    if (added) open.insert += text
    else {
      open.remove += text.length
      at += text.length
    }
  }
  if (open !== null) edits.push(open)
  return edits
}

const editsByHunk = (before: string, after: string): TextEdit[][] => {
  const hunks = lineHunks(before, after)
  if (hunks.length === 0) return []
  const starts = [0]
  for (const line of linesOf(before)) starts.push((starts.at(-1) ?? 0) + line.length)
  return hunks.map((hunk) => within(hunk, starts[hunk.from] ?? before.length))
}

/** Never within a word. */
export const wordEdits = (before: string, after: string): TextEdit[] => editsByHunk(before, after).flat()

const isLead = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00

/**
 * Without the common start and end of an old and a new word. Of several words none is taken apart: what somebody types
 * between the old ones meanwhile would lie within the new one.
 */
const trimmed = (edit: TextEdit, before: string): TextEdit => {
  const { at, remove, insert } = edit
  const removed = before.slice(at, at + remove)
  if (/\s/.test(removed) && removed.length + insert.length <= maxHunkLength) return edit
  const most = Math.min(remove, insert.length)
  let start = 0
  while (start < most && removed[start] === insert[start]) start++
  if (start > 0 && isLead(insert.charCodeAt(start - 1))) start--
  let end = 0
  while (end < most - start && removed.at(-1 - end) === insert.at(-1 - end)) end++
  if (end > 0 && isLead(insert.charCodeAt(insert.length - end - 1))) end--
  return { at: at + start, remove: remove - start - end, insert: insert.slice(start, insert.length - end) }
}

/** The edits of each run of changed lines. */
export const hunkEdits = (before: string, after: string): TextEdit[][] =>
  editsByHunk(before, after).map((edits) => edits.map((edit) => trimmed(edit, before)))

export const textEdits = (before: string, after: string): TextEdit[] => hunkEdits(before, after).flat()

export const applyEdits = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduceRight(
    (result, { at, remove, insert }) => result.slice(0, at) + insert + result.slice(at + remove),
    text,
  )

/** Call within a transaction. */
export const editText = (text: Y.Text, edits: readonly TextEdit[]): void => {
  // From the end, so that earlier offsets stay valid.
  for (const { at, remove, insert } of edits.toReversed()) {
    if (remove > 0) text.delete(at, remove)
    if (insert !== '') text.insert(at, insert)
  }
}

/** Both changed the same lines of the old text, with different results. */
export const clash = (before: string, ours: string, theirs: string): boolean => {
  const mine = lineHunks(before, ours)
  return lineHunks(before, theirs).some((their) =>
    mine.some(
      (my) =>
        my.from < their.to &&
        their.from < my.to &&
        (my.from !== their.from || my.to !== their.to || my.insert !== their.insert),
    ),
  )
}
