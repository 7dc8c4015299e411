import { describe, expect, test } from 'vitest'
import { longestOrdered } from '../../../shared/notebook/merge/longest-ordered.ts'
import { withSeed } from '../../support/random.ts'

const staying = (places: readonly (number | null)[], kept: number): number[] =>
  [...longestOrdered(places, kept)].toSorted((a, b) => a - b)

/** The length of the longest increasing run that includes `kept`, by trying all. */
const longest = (places: readonly (number | null)[], kept: number): number => {
  let best = 0
  for (let chosen = 0; chosen < 2 ** places.length; chosen++) {
    const run = places.filter((_, i) => chosen & (1 << i))
    if (kept >= 0 && places[kept] !== null && !(chosen & (1 << kept))) continue
    if (run.every((place, i) => place !== null && (i === 0 || place > (run[i - 1] ?? Infinity))))
      best = Math.max(best, run.length)
  }
  return best
}

describe('the cells that stay in place when a list is reordered', () => {
  test('are all but those that moved', () => {
    expect(staying([0, 1, 2, 3], -1)).toEqual([0, 1, 2, 3])
    expect(staying([3, 0, 1, 2], -1)).toEqual([1, 2, 3])
    expect(staying([1, 2, 3, 0], -1)).toEqual([0, 1, 2])
    expect(staying([0, null, 1], -1)).toEqual([0, 2])
    expect(staying([null, null], 1)).toEqual([])
  })

  test('include the focused cell, even if others must move instead', () => {
    expect(staying([3, 0, 1, 2], 0)).toEqual([0])
    expect(staying([1, 0], 0)).toEqual([0])
    expect(staying([1, 0], 1)).toEqual([1])
  })

  test('are in order, include the kept cell and are as many as possible (random lists)', () => {
    for (let seed = 1; seed <= 300; seed++)
      withSeed(seed, (random) => {
        const pool = Array.from({ length: 1 + random.below(8) }, (_, i) => i)
        const places: (number | null)[] = []
        while (pool.length > 0) {
          const [place = 0] = pool.splice(random.below(pool.length), 1)
          places.push(random.chance(0.2) ? null : place)
        }
        const kept = random.below(places.length + 1) - 1
        const found = staying(places, kept)
        const run = found.map((index) => places[index])
        expect(run).toEqual(run.toSorted((a, b) => (a ?? 0) - (b ?? 0)))
        expect(run).not.toContain(null)
        if (kept >= 0 && places[kept] !== null) expect(found).toContain(kept)
        expect(found).toHaveLength(longest(places, kept))
      })
  })
})
