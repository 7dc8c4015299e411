// A line diff of two texts, for people to read.
import { diffArrays } from 'diff/lib/diff/array.js'

export interface DiffPart {
  /** gone: only in the first text · new: only in the second. */
  readonly type: 'same' | 'gone' | 'new'
  readonly lines: readonly string[]
}

/** With more differing lines the texts have too little in common for a search. */
const maxEdits = 500

const diff = (before: readonly string[], after: readonly string[]): readonly DiffPart[] => {
  const found = diffArrays([...before], [...after], { maxEditLength: maxEdits })
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
