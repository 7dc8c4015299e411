import { describe, expect, test } from 'vitest'
import { coarsen, packStints, stintsOf, unpackStints, type Stint } from '../../../relay/log/stint.ts'
import { withSeed } from '../../support/random.ts'

const minute = 60_000
const rowsOf = (...rows: readonly (readonly [user: string, time: number])[]) =>
  rows.map(([user, time]) => ({ docId: 'a', user, time, client: 1, bytes: new Uint8Array() }))
const said = (stints: readonly Stint[]): string[] =>
  stints.map(({ count, writers }) => `${writers.map(({ user }) => user).join('+')} ${count}`)

describe('stints', () => {
  test('end with a minute of quiet, with another person, and after five minutes', () => {
    expect(said(stintsOf(rowsOf(['Ana', 0], ['Ana', minute], ['Ana', 2 * minute + 1])))).toEqual([
      'Ana 2',
      'Ana 1',
    ])
    expect(said(stintsOf(rowsOf(['Ana', 0], ['Ben', 1_000], ['Ana', 7_000])))).toEqual([
      'Ana 1',
      'Ben 1',
      'Ana 1',
    ])
    const hour = Array.from({ length: 121 }, (_, i) => ['Ana', i * 30_000] as const)
    expect(stintsOf(rowsOf(...hour)).length).toBe(11)
  })

  test('two who write at once share one', () => {
    const both = Array.from({ length: 100 }, (_, i) => [i % 2 === 0 ? 'Ana' : 'Ben', i * 300] as const)
    expect(said(stintsOf(rowsOf(...both)))).toEqual(['Ana+Ben 100'])
  })

  test('coarser ones keep the longest pauses, every update and every person', () => {
    for (let seed = 1; seed <= 30; seed++)
      withSeed(seed, (random) => {
        let time = 0
        const rows = rowsOf(
          ...Array.from(
            { length: 400 },
            () => [`P${random.below(4)}`, (time += random.below(3 * minute))] as const,
          ),
        )
        const fine = stintsOf(rows)
        const coarse = coarsen(fine, 20)
        expect(coarse.length).toBe(Math.min(20, fine.length))
        expect(coarse.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
        expect(unpackStints(packStints(rows))).toEqual(coarsen(fine, 32))
        const pauses = (stints: readonly Stint[]): number[] =>
          stints.slice(1).map(({ from }, index) => from - (stints[index]?.to ?? 0))
        expect(pauses(coarse).toSorted((a, b) => a - b)).toEqual(
          pauses(fine)
            .toSorted((a, b) => a - b)
            .slice(-19),
        )
        let first = 0
        for (const { count, writers, from, to } of coarse) {
          const own = rows.slice(first, (first += count))
          expect(new Set(writers.map(({ user }) => user))).toEqual(new Set(own.map(({ user }) => user)))
          expect([from, to]).toEqual([own[0]?.time, own.at(-1)?.time])
        }
      })
  })
})
