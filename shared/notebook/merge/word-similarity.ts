// Similarity of two texts, by their common words.

type Counts = ReadonlyMap<string, number>

export interface Words {
  readonly counts: Counts
  readonly size: number
}

export const wordsOf = (source: string): Words => {
  const words = source.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return { counts, size: words.length }
}

/** 0 with no common word, 1 with the same words. */
export const likeness = (a: Words, b: Words): number => {
  if (a.size + b.size === 0) return 0
  let common = 0
  for (const [word, count] of a.counts) common += Math.min(count, b.counts.get(word) ?? 0)
  return (2 * common) / (a.size + b.size)
}
