/**
 * The elements that can stay while the others move around them: the longest increasing subsequence. `places` has, in
 * the wanted order, each element's present index, null for a new one. `kept`, an index into it or -1, always stays if
 * it has a place. O(n log n).
 */
export const longestOrdered = (places: readonly (number | null)[], kept: number): ReadonlySet<number> => {
  const fixed = places[kept] ?? null
  /** At n: the index at which the best subsequence of length n + 1 ends. */
  const ends: number[] = []
  const before = new Map<number, number>()
  const placeAt = (index: number | undefined): number => (index === undefined ? -1 : (places[index] ?? -1))
  for (const [index, place] of places.entries()) {
    if (place === null) continue
    if (fixed !== null && index !== kept && index < kept !== place < fixed) continue
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (placeAt(ends[middle]) < place) low = middle + 1
      else high = middle
    }
    const previous = ends[low - 1]
    if (previous !== undefined) before.set(index, previous)
    ends[low] = index
  }
  const staying = new Set<number>()
  for (let index = ends.at(-1); index !== undefined; index = before.get(index)) staying.add(index)
  return staying
}
