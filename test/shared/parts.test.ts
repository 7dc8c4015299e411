import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { integrate } from '../../relay/sync/integrate.ts'
import { partsOf, splitUpdate } from '../../shared/parts.ts'
import { syncStep2Message, syncStep1Message, readMessage, updateMessage } from '../../relay/sync/message.ts'
import { withSeed } from '../support/random.ts'

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

describe('an update split into parts', () => {
  test.each([11, 222, 3333])('gives the same document in any order (seed %i)', (seed) =>
    withSeed(seed, (random) => {
      const doc = history(random)
      const update = Y.encodeStateAsUpdate(doc)
      const parts = splitUpdate(update, 2000)
      expect(parts.length).toBeGreaterThan(3)
      for (const part of parts) expect(part.length).toBeLessThan(2200)
      const [inOrder, backwards, some] = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
      for (const part of parts) Y.applyUpdate(inOrder, part)
      for (const part of parts.toReversed()) Y.applyUpdate(backwards, part)
      expect(integrate(some, [...parts, ...parts].toReversed(), null)).toEqual([])
      for (const copy of [inOrder, backwards, some]) same(doc, copy)
    }),
  )

  test('is cut inside long texts, lists and deletions', () => {
    const doc = new Y.Doc()
    const text = doc.getText('t')
    text.insert(0, 'ab')
    text.insert(1, `${'x'.repeat(7)}${'🐍é'.repeat(30_000)}`)
    doc.getArray('a').insert(
      0,
      Array.from({ length: 900 }, (_, i) => ({ value: 'v'.repeat(i % 50) })),
    )
    for (let i = 0; i < 1000; i++) text.delete(text.length - 3 * (i + 1), 1)
    const parts = splitUpdate(Y.encodeStateAsUpdate(doc), 1000)
    for (const part of parts) expect(part.length).toBeLessThan(1100)
    const [inOrder, backwards] = [new Y.Doc(), new Y.Doc()]
    for (const part of parts) Y.applyUpdate(inOrder, part)
    for (const part of parts.toReversed()) Y.applyUpdate(backwards, part)
    for (const copy of [inOrder, backwards]) {
      same(doc, copy)
      expect(copy.store.pendingDs).toBeNull()
    }
  })

  test('keeps its message types: the last part of an answer is the answer, all other parts are updates', () => {
    const doc = new Y.Doc()
    doc.getText('t').insert(0, 'x'.repeat(10_000))
    const update = Y.encodeStateAsUpdate(doc)
    const kinds = (parts: readonly Uint8Array[]): unknown[] =>
      parts.map((part) => {
        const message = readMessage(part)
        return message?.type === 'update' ? message.answer : message?.type
      })
    const answer = kinds(partsOf(syncStep2Message(update), 2000))
    expect(answer.slice(-2)).toEqual([false, true])
    expect(answer.filter(Boolean)).toHaveLength(1)
    expect(new Set(kinds(partsOf(updateMessage(update), 2000)))).toEqual(new Set([false]))
    const ask = syncStep1Message(Y.encodeStateVector(doc))
    expect(partsOf(ask, 2)).toEqual([ask])
  })

  test('is a single part if it fits', () => {
    const doc = new Y.Doc()
    doc.getText('t').insert(0, 'short')
    const update = Y.encodeStateAsUpdate(doc)
    expect(splitUpdate(update, 1000)).toEqual([update])
  })

  test('is integrated once the missing first of 5,000 parts arrives', () => {
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
