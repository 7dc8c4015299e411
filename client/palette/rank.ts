// What a person may mean by some typed words, the best first.
export interface Titled {
  readonly title: string
  /** Other words it is found by. */
  readonly also?: string
}

/** Lower is better; null where a word is missing. */
const rankOf = ({ title, also = '' }: Titled, words: readonly string[]): number | null => {
  const name = title.toLowerCase()
  const all = `${name} ${also.toLowerCase()}`
  let rank = 0
  for (const word of words) {
    const at = all.indexOf(word)
    if (at < 0) return null
    const startsWord = all.split(/[^\p{L}\p{N}]+/u).some((each) => each.startsWith(word))
    rank += at >= name.length ? 3 : name.startsWith(word) ? 0 : startsWord ? 1 : 2
  }
  return rank
}

/** Equally good ones stay in their order. */
export const ranked = <T extends Titled>(entries: readonly T[], query: string): readonly T[] => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return entries
  return entries
    .flatMap((entry) => {
      const rank = rankOf(entry, words)
      return rank === null ? [] : [{ entry, rank }]
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry)
}
