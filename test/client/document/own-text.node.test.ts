// Text that the browser kept from an earlier visit, in a cell that somebody has split meanwhile.
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { carryOwnText } from '../../../client/document/own-text.ts'
import { split } from '../../../client/commands/merge.ts'
import { handsOn } from '../../support/cell-hands.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

/** Ana's document after her split, and what Ben's browser opens with. */
const meet = () => {
  const replicas = new Replicas(plainNotebook([plainCell('a', 'code', 'one\ntwo')]), 2)
  const [ana, earlier] = [replicas.get(0), replicas.get(1)]
  sourceAt(earlier, 0).insert(7, ' typed')
  const hands = handsOn(ana)
  split(hands.context, hands.id(0), [4])
  const ben = new Y.Doc()
  Y.applyUpdate(ben, Y.encodeStateAsUpdate(earlier))
  return { ana, ben }
}

test('is carried when this page catches up with the relay', () => {
  const { ana, ben } = meet()
  carryOwnText(
    ben,
    () => true,
    () => true,
  )
  Y.applyUpdate(ben, Y.encodeStateAsUpdate(ana))
  expect(readSources(ben)).toEqual(['one', 'two typed'])
})

test('is left to the relay while this page is connected, and to others where this person may not write', () => {
  for (const mayWrite of [true, false]) {
    const { ana, ben } = meet()
    carryOwnText(
      ben,
      () => mayWrite,
      () => !mayWrite,
    )
    Y.applyUpdate(ben, Y.encodeStateAsUpdate(ana))
    expect(readSources(ben)).toEqual(['one typed', 'two'])
  }
})
