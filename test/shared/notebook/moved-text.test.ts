import { expect, test } from 'vitest'
import { mergeWith, split } from '../../../client/commands/merge.ts'
import { placeAfterMerge, placesAfterSplit } from '../../../shared/notebook/document/moved-text.ts'
import { visibleCells } from '../../../shared/notebook/document/read.ts'
import { handsAt } from '../../support/cell-hands.ts'

test('offsets into what was cut off a cell are found in the cells below, without the breaks at the cuts', () => {
  const { context, id } = handsAt('one\ntwo\n\nthree\n\nfour', 'below')
  const { doc } = context.notebook
  split(context, id(0), [4, 9])
  const [, second, third] = visibleCells(doc)
  const places = placesAfterSplit(doc, id(0), '\ntwo\n\nthree\n\nfour')
  expect([0, 1, 4, 6, 8, 17].map((offset) => places?.(offset))).toEqual([
    { cell: second, at: 0 },
    { cell: second, at: 0 },
    { cell: second, at: 3 },
    { cell: second, at: 3 },
    { cell: third, at: 2 },
    { cell: third, at: 11 },
  ])
})

test('text that nobody copied was deleted, not split off', () => {
  const { context, id } = handsAt('one\ntwo\nthree', 'two', 'x')
  const { doc } = context.notebook
  expect(placesAfterSplit(doc, id(0), 'two')).toBeNull()
  split(context, id(0), [4])
  expect(placesAfterSplit(doc, id(0), 'one')).toBeNull()
  expect(placesAfterSplit(doc, id(0), '\ntwo\nthree and more')).toBeNull()
})

test('offsets into a merged cell are found in the one that has its text', () => {
  const { context, id, go } = handsAt('one', 'two', 'three')
  const { doc } = context.notebook
  go(0)
  mergeWith(context, 'below')
  expect([0, 2, 3].map((offset) => placeAfterMerge(doc, id(1), offset))).toEqual([
    { cell: id(0), at: 4 },
    { cell: id(0), at: 6 },
    { cell: id(0), at: 7 },
  ])
  expect(placeAfterMerge(doc, id(2), 0)).toBeNull()
})
