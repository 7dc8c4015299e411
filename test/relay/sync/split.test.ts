import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { integrate } from '../../../relay/sync/integrate.ts'
import { splitUpdate } from '../../../relay/sync/split.ts'
import { withSeed } from '../../support/random.ts'

/** Documents of several clients with texts, maps, arrays and deletions. */
const history = (random: { below: (end: number) => number; chance: (p: number) => boolean }): Y.Doc => {
  const doc = new Y.Doc()
  for (let client = 1; client <= 4; client++) {
    const other = new Y.Doc()
    other.clientID = client * 1000 + random.below(1000)
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
    for (let i = 0; i < 40; i++) {
      const text = other.getText('t')
      text.insert(random.below(text.length + 1), 'some words 🐍 '.repeat(1 + random.below(20)))
      if (random.chance(0.3)) text.delete(0, Math.min(text.length, random.below(100)))
      other.getMap('m').set(`k${random.below(5)}`, { value: [i, null, 'x'.repeat(random.below(200))] })
      other.getArray('a').insert(0, [new Y.Map([['n', i]])])
      if (random.chance(0.2)) other.getArray('a').delete(0, 1)
    }
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
  }
  return doc
}

const same = (a: Y.Doc, b: Y.Doc): void => {
  expect(b.getText('t').toString()).toBe(a.getText('t').toString())
  expect(b.getMap('m').toJSON()).toEqual(a.getMap('m').toJSON())
  expect(b.getArray('a').toJSON()).toEqual(a.getArray('a').toJSON())
  expect(Y.encodeStateVector(b)).toEqual(Y.encodeStateVector(a))
  expect(b.store.pendingStructs).toBeNull()
}

describe('a catch-up in parts', () => {
  test.each([11, 222, 3333])('gives the same document, in order and out of it (seed %i)', (seed) =>
    withSeed(seed, (random) => {
      const doc = history(random)
      const update = Y.encodeStateAsUpdate(doc)
      const parts = splitUpdate(update, 2000)
      expect(parts.length).toBeGreaterThan(3)
      // One struct may be larger than the limit; none here is by much.
      for (const part of parts.slice(0, -1)) expect(part.length).toBeLessThan(8000)
      const [inOrder, backwards, some] = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
      for (const part of parts) Y.applyUpdate(inOrder, part)
      for (const part of parts.toReversed()) Y.applyUpdate(backwards, part)
      expect(integrate(some, [...parts, ...parts].toReversed(), null)).toEqual([])
      for (const copy of [inOrder, backwards, some]) same(doc, copy)
    }),
  )

  test('what fits stays one', () => {
    const doc = new Y.Doc()
    doc.getText('t').insert(0, 'short')
    const update = Y.encodeStateAsUpdate(doc)
    expect(splitUpdate(update, 1000)).toEqual([update])
  })

  test('5,000 updates of which the first is missing are applied once it comes', () => {
    const doc = new Y.Doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    for (let i = 0; i < 5000; i++) doc.getText('t').insert(0, 'x')
    const copy = new Y.Doc()
    integrate(copy, updates.slice(1), null)
    integrate(copy, updates.slice(0, 1), null)
    expect(copy.getText('t')).toHaveLength(5000)
  })
})
