import { describe, expect, test } from 'vitest'
import {
  between,
  byOrder,
  isKey,
  maxKeyLength,
  place,
  rebalance,
  type Ordered,
} from '../../../shared/notebook/document/order.ts'
import { Random, withSeed } from '../../support/random.ts'

const insert = (list: Ordered[], index: number, id: string, tag: string): void => {
  const placed = place(list, index, tag)
  for (const [i, entry] of list.entries()) {
    const order = placed.rekeyed.get(entry.id)
    if (order !== undefined) list[i] = { id: entry.id, order }
  }
  list.splice(index, 0, { id, order: placed.key })
}

const isSorted = (list: readonly Ordered[]): boolean =>
  list.every((entry, i) => i === 0 || byOrder(list[i - 1]!, entry) < 0)

describe('order keys', () => {
  test('lie strictly between their neighbours (random inserts)', () => {
    for (let seed = 0; seed < 30; seed++)
      withSeed(seed, (random) => {
        const list: Ordered[] = []
        for (let i = 0; i < 200; i++) {
          insert(list, random.below(list.length + 1), `c${i}`, random.pick(['aaa', 'Zb1', '0q9']))
          expect(isSorted(list)).toBe(true)
        }
      })
  })

  test('stay short when cells are inserted one after another into one gap', () => {
    const hi = between('a0', null, 'xxx')
    let key = 'a0'
    for (let i = 0; i < 10_000; i++) key = between(key, hi, 'abc')
    expect(key < hi).toBe(true)
    expect(key.length).toBeLessThan(200)
  })

  test('of two people’s inserts into one gap do not interleave', () => {
    const [lo, hi] = ['a0', 'a1']
    const run = (tag: string): string[] => {
      const keys: string[] = []
      for (let i = 0; i < 300; i++) keys.push(between(keys[i - 1] ?? lo, hi, tag))
      return keys
    }
    const all = [
      ...run('AAA').map((key) => ({ key, who: 'A' })),
      ...run('BBB').map((key) => ({ key, who: 'B' })),
    ]
    all.sort((a, b) => (a.key < b.key ? -1 : 1))
    const changes = all.filter((entry, i) => i > 0 && entry.who !== all[i - 1]?.who).length
    expect(changes).toBe(1)
  })

  test('are renewed for tied cells when one is inserted between them', () => {
    const list: Ordered[] = ['a', 'b', 'c'].map((id) => ({ id, order: 'a0' }))
    list.push({ id: 'd', order: 'a1' })
    insert(list, 1, 'new', 'tag')
    expect(isSorted(list)).toBe(true)
    expect(list.map((entry) => entry.id)).toEqual(['a', 'new', 'b', 'c', 'd'])
  })

  test.each(['', '0', 'a00', 'a', '~', 'é', '{', 'a0!'])(
    'invented by a peer (%j) do not prevent an insert',
    (order) => {
      const list = [
        { id: 'x', order },
        { id: 'y', order: 'a1' },
      ].sort(byOrder)
      for (const index of [0, 1, 2]) {
        const copy = [...list]
        insert(copy, index, 'new', 'tag')
        expect(copy[index]?.id).toBe('new')
        expect(isSorted(copy)).toBe(true)
      }
    },
  )

  test('that grow long are rebalanced without changing the order', () => {
    const list: Ordered[] = [
      { id: 'first', order: 'a0' },
      { id: 'last', order: 'a1' },
    ]
    const random = new Random(7)
    let index = 1
    for (let i = 0; i < 400; i++) {
      insert(list, index, `c${i}`, random.pick(['aaa', 'bbb', 'ccc']))
      index = random.chance(0.5) ? index : Math.min(index + 1, list.length - 1)
      const keys = rebalance(
        list,
        list.findIndex((entry) => entry.id === `c${i}`),
        'aaa',
      )
      for (const [at, entry] of list.entries())
        list[at] = { id: entry.id, order: keys.get(entry.id) ?? entry.order }
      expect(isSorted(list)).toBe(true)
      expect(list.every((entry) => isKey(entry.order) && entry.order.length <= maxKeyLength + 8)).toBe(true)
    }
  })
})
