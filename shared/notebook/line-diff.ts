// What changed between two texts, line by line: for people to read, and as the few edits that make one of the other.
import { diffArrays } from 'diff'

export interface DiffPart {
  /** gone: only in the first text · new: only in the second. */
  readonly type: 'same' | 'gone' | 'new'
  readonly lines: readonly string[]
}

/** Past so many differing lines two texts have nothing in common that would be worth the search. */
const mostEdits = 500
/** As many lines on both sides, and no more than this, are most often the same lines, changed. */
const mostPairs = 50

const diff = (before: readonly string[], after: readonly string[]): readonly DiffPart[] => {
  const found = diffArrays([...before], [...after], { maxEditLength: mostEdits })
  const parts: readonly DiffPart[] = found
    ? found.map(({ removed, added, value }) => ({
        type: removed ? 'gone' : added ? 'new' : 'same',
        lines: value,
      }))
    : [
        { type: 'gone', lines: before },
        { type: 'new', lines: after },
      ]
  return parts.filter(({ lines }) => lines.length > 0)
}

export const diffLines = (before: string, after: string): readonly DiffPart[] =>
  diff(before.split('\n'), after.split('\n'))

/** Replaces [from, to) (UTF-16 offsets) by `insert`. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
}

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00
const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000

/** Without what both begin and end with; a surrogate pair stays whole. */
const trimmed = (from: number, gone: string, insert: string): Edit => {
  const shorter = Math.min(gone.length, insert.length)
  let start = 0
  while (start < shorter && gone[start] === insert[start]) start++
  if (start > 0 && isHigh(gone.charCodeAt(start - 1))) start--
  let end = 0
  while (end < shorter - start && gone.at(-1 - end) === insert.at(-1 - end)) end++
  if (end > 0 && isLow(gone.charCodeAt(gone.length - end))) end--
  return {
    from: from + start,
    to: from + gone.length - end,
    insert: insert.slice(start, insert.length - end),
  }
}

/** The edits that make `after` of `before`, the last place first, so that each leaves the others' places as they are. */
export const editsBetween = (before: string, after: string): readonly Edit[] => {
  const edits: Edit[] = []
  let [at, gone, fresh]: [number, readonly string[], readonly string[]] = [0, [], []]
  const close = (): void => {
    const paired = gone.length === fresh.length && gone.length <= mostPairs
    const pairs = paired ? gone.map((line, i) => [line, fresh[i] ?? '']) : null
    for (const [from = '', to = ''] of pairs ?? [[gone.join(''), fresh.join('')]]) {
      const edit = trimmed(at, from, to)
      if (edit.to > edit.from || edit.insert !== '') edits.push(edit)
      at += from.length
    }
    gone = fresh = []
  }
  const lines = (text: string): readonly string[] => text.split(/(?<=\n)/)
  for (const part of diff(lines(before), lines(after))) {
    if (part.type === 'gone') gone = part.lines
    else if (part.type === 'new') fresh = part.lines
    else {
      close()
      at += part.lines.join('').length
    }
  }
  close()
  return edits.reverse()
}
