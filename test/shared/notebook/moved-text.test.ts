import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { isWrittenBy, placesAfterSplit } from '../../../shared/notebook/document/moved-text.ts'
import { handsAt } from '../../support/cell-hands.ts'

test('offsets into what was cut off a cell are found in the cells below, without the breaks at the cuts', () => {
  const { context, id } = handsAt('one', 'two', 'three\n\nfour', 'below')
  const { doc } = context.notebook
  const places = placesAfterSplit(doc, id(0), '\ntwo\n\nthree\n\nfour')
  expect([0, 1, 4, 5, 6, 8, 17].map((offset) => places?.(offset))).toEqual([
    { cell: id(1), at: 0 },
    { cell: id(1), at: 0 },
    { cell: id(1), at: 3 },
    { cell: id(1), at: 3 },
    { cell: id(2), at: 0 },
    { cell: id(2), at: 2 },
    { cell: id(2), at: 11 },
  ])
})

test('what the cells below do not consist of was deleted, not split off', () => {
  const { context, id } = handsAt('one', 'two', 'x')
  const { doc } = context.notebook
  expect(placesAfterSplit(doc, id(0), '\ntwo three')).toBeNull()
  expect(placesAfterSplit(doc, id(0), 'tw')).toBeNull()
  expect(placesAfterSplit(doc, id(1), 'x')).toBeNull()
  expect(placesAfterSplit(doc, id(2), '\nmore')).toBeNull()
})

test('who wrote a passage is known by its characters', () => {
  const [mine, other] = [new Y.Doc(), new Y.Doc()]
  mine.getText().insert(0, 'mine')
  Y.applyUpdate(other, Y.encodeStateAsUpdate(mine))
  other.getText().insert(2, 'other')
  other.getText().delete(0, 1)
  const text = other.getText()
  expect(text.toString()).toBe('iotherne')
  expect(isWrittenBy(text, 1, 6, other.clientID)).toBe(true)
  expect(isWrittenBy(text, 0, 1, other.clientID)).toBe(false)
  expect(isWrittenBy(text, 5, 7, other.clientID)).toBe(false)
})
