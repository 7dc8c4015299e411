// Which cells of an edited file are which cells of the notebook it was made from. Tools strip ids, split, copy and
// rewrite cells; what cannot be recognised is a new cell, and what is no longer there was deleted.

export interface Matchable {
  /** '' where the file has none. */
  readonly id: string
  readonly kind: string
  readonly source: string
}

/** Share of words two sources have in common from which they may be the same cell. */
const alike = 0.6
/** Beyond so many comparisons likeness is not looked for: both sides are other notebooks. */
const mostComparisons = 250_000

type Words = ReadonlyMap<string, number>

const wordsOf = (source: string): { counts: Words; size: number } => {
  const words = source.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return { counts, size: words.length }
}

const likeness = (a: ReturnType<typeof wordsOf>, b: ReturnType<typeof wordsOf>): number => {
  if (a.size + b.size === 0) return 0
  let common = 0
  for (const [word, count] of a.counts) common += Math.min(count, b.counts.get(word) ?? 0)
  return (2 * common) / (a.size + b.size)
}

/**
 * For each edited cell the index of the base's cell it is, or null: by id, then by equal kind and source, then by
 * likeness, the most alike first.
 */
export const matchCells = (
  base: readonly Matchable[],
  edited: readonly Matchable[],
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

  const bySource = new Map<string, number[]>()
  const key = (cell: Matchable): string => `${cell.kind}\n${cell.source}`
  for (const index of free) {
    const cell = base[index]
    if (cell !== undefined) bySource.set(key(cell), [...(bySource.get(key(cell)) ?? []), index])
  }
  edited.forEach((cell, at) => {
    if (matched[at] !== null) return
    const index = bySource.get(key(cell))?.shift()
    if (index !== undefined) take(at, index)
  })

  const open = [...matched.keys()].filter((at) => matched[at] === null)
  if (open.length * free.size > mostComparisons) return matched
  const words = new Map([...free].map((index) => [index, wordsOf(base[index]?.source ?? '')]))
  const pairs: { at: number; index: number; score: number }[] = []
  for (const at of open) {
    const mine = wordsOf(edited[at]?.source ?? '')
    for (const [index, theirs] of words) {
      const score = likeness(mine, theirs)
      if (score > alike) pairs.push({ at, index, score })
    }
  }
  pairs.sort((a, b) => b.score - a.score || a.at - b.at || a.index - b.index)
  for (const { at, index } of pairs) if (matched[at] === null && free.has(index)) take(at, index)
  return matched
}

/** Positions of a longest run of increasing numbers: the cells that need not move. O(n log n). */
export const longestIncreasing = (numbers: readonly (number | null)[]): ReadonlySet<number> => {
  const tails: number[] = []
  const before: (number | undefined)[] = []
  numbers.forEach((number, at) => {
    if (number === null) return
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[tails[middle] ?? 0] ?? 0) < number) low = middle + 1
      else high = middle
    }
    before[at] = tails[low - 1]
    tails[low] = at
  })
  const kept = new Set<number>()
  for (let at = tails.at(-1); at !== undefined; at = before[at]) kept.add(at)
  return kept
}
