import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { integrate } from '../../../relay/sync/integrate.ts'

const pushed = (count: number): Uint8Array[] => {
  const updates: Uint8Array[] = []
  const doc = new Y.Doc()
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let item = 0; item < count; item++) doc.getArray('list').push([item])
  return updates
}

test('a list of which each item came by itself is opened in several transactions: one would be quadratic', () => {
  const updates = pushed(5_000)
  const doc = new Y.Doc()
  let transactions = 0
  doc.on('update', () => transactions++)
  expect(integrate(doc, updates, null)).toEqual([])
  expect(doc.getArray('list')).toHaveLength(5_000)
  expect(transactions).toBe(5)
})

test('updates are applied in any order, also where many wait for earlier ones', () => {
  const updates = pushed(2_600)
  const doc = new Y.Doc()
  expect(integrate(doc, [...updates.slice(1_300), ...updates.slice(0, 1_300)], null)).toEqual([])
  expect(doc.getArray('list').toArray()).toEqual(Array.from({ length: 2_600 }, (_, item) => item))
})

test('an update that cannot be decoded is refused, and no other of those that wait', () => {
  const [first = new Uint8Array(), ...later] = pushed(20)
  const doc = new Y.Doc()
  const invalid = Uint8Array.of(1, 1, 255, 255)
  const updates = [...later.slice(0, 9), invalid, ...later.slice(9), first]
  expect(integrate(doc, updates, null)).toEqual([9])
  expect(doc.getArray('list')).toHaveLength(20)
})
