// Matches the cells of an edited file with those of its base. Tools strip ids, split, copy and rewrite cells; an
// unmatched cell is new, and a missing one was deleted.
import { likeness, wordsOf } from './word-similarity.ts'

export interface Matchable {
  /** '' if the file has none. */
  readonly id: string
  readonly kind: string
  readonly source: string
}

/** Share of common words from which two sources may be the same cell. */
const alike = 0.6
/** Maximum comparisons: beyond that, the two are different notebooks. */
const maxComparisons = 250_000

/**
 * For each edited cell the index of its base cell, or null: by id, then by equal kind and source, then by similarity,
 * the most similar first. A cell with another id is none of those that are `isUnsure`.
 */
export const matchCells = (
  base: readonly Matchable[],
  edited: readonly Matchable[],
  isUnsure: (id: string) => boolean = () => false,
): readonly (number | null)[] => {
  const matched: (number | null)[] = edited.map(() => null)
  const free = new Set(base.keys())
  const take = (at: number, index: number): void => {
    matched[at] = index
    free.delete(index)
  }
  const byId = new Map(base.map((cell, index) => [cell.id, index]))
  edited.forEach((cell, at) => {
    const index = cell.id === '' ? undefined : byId.get(cell.id)
    if (index !== undefined && free.has(index)) take(at, index)
  })
  const mayBe = (at: number, index: number): boolean =>
    edited[at]?.id === '' || !isUnsure(base[index]?.id ?? '')

  const bySource = new Map<string, number[]>()
  const key = (cell: Matchable): string => `${cell.kind}\n${cell.source}`
  for (const index of free) {
    const cell = base[index]
    if (cell !== undefined) bySource.set(key(cell), [...(bySource.get(key(cell)) ?? []), index])
  }
  edited.forEach((cell, at) => {
    if (matched[at] !== null) return
    const same = bySource.get(key(cell)) ?? []
    const index = same.find((each) => mayBe(at, each))
    if (index === undefined) return
    same.splice(same.indexOf(index), 1)
    take(at, index)
  })

  const open = [...matched.keys()].filter((at) => matched[at] === null)
  if (open.length * free.size > maxComparisons) return matched
  const words = new Map([...free].map((index) => [index, wordsOf(base[index]?.source ?? '')]))
  const pairs: { at: number; index: number; score: number }[] = []
  for (const at of open) {
    const mine = wordsOf(edited[at]?.source ?? '')
    for (const [index, theirs] of words) {
      const score = likeness(mine, theirs)
      if (score > alike && mayBe(at, index)) pairs.push({ at, index, score })
    }
  }
  pairs.sort((a, b) => b.score - a.score || a.at - b.at || a.index - b.index)
  for (const { at, index } of pairs) if (matched[at] === null && free.has(index)) take(at, index)
  return matched
}
