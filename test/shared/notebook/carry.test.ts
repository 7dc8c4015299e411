// Two pages and a relay whose updates arrive late.
import { expect, test } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { mergeWith, split } from '../../../client/commands/merge.ts'
import { carryOwnText } from '../../../client/document/own-text.ts'
import { carriesTexts } from '../../../relay/sync/carry-peer.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { mergeFile, readOutside } from '../../../shared/ipynb/outside.ts'
import { textDigest } from '../../../shared/notebook/digest.ts'
import { copiesOf } from '../../../shared/notebook/document/copies.ts'
import { listCells, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { handsOn } from '../../support/cell-hands.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'
import { readSources, sourceAt } from '../../support/sources.ts'
import { edited } from '../ipynb/outside-scene.ts'

const meet = (...sources: readonly string[]) => {
  const cells = sources.map((source, i) => plainCell(String(i), 'code', source))
  const replicas = new Replicas(plainNotebook(cells), 3)
  const [ana, ben, relay] = [replicas.get(0), replicas.get(1), replicas.get(2)]
  for (const doc of [ana, ben])
    carryOwnText(
      doc,
      () => true,
      () => false,
    )
  const awareness = new Awareness(relay)
  for (const { clientID } of [ana, ben]) awareness.states.set(clientID, {})
  carriesTexts({ doc: relay, awareness })
  awareness.destroy()
  const sync = (): void => {
    for (let nth = 0; nth < 3; nth++)
      for (const index of [0, 1]) {
        replicas.send(index, 2)
        replicas.send(2, index)
      }
  }
  return { ana, ben, relay, awareness, replicas, sync, hands: handsOn(ana) }
}

const ghosts = (doc: Y.Doc): number => listCells(doc).filter(({ ghost }) => ghost).length

const expectIn = (docs: readonly Y.Doc[], ...sources: readonly string[]): void => {
  for (const doc of docs) expect(readSources(doc)).toEqual(sources)
}

test('text that was typed without knowing of a split goes to the lower cell; with it, it stays', () => {
  const { ana, ben, sync, hands } = meet('one\ntwo')
  split(hands.context, hands.id(0), [4])
  sourceAt(ben, 0).insert(7, ' early')
  sync()
  expect(readSources(ana)).toEqual(['one', 'two early'])
  sourceAt(ben, 0).insert(3, ' late')
  sync()
  expect(readSources(ana)).toEqual(['one late', 'two early'])
  split(hands.context, hands.id(0), [2])
  sourceAt(ben, 0).insert(8, '!')
  sync()
  expectIn([ana, ben], 'on', 'e late!', 'two early')
})

test('text that the page and the relay have both carried is kept once', () => {
  const { ana, ben, relay, awareness, replicas, sync, hands } = meet('one\ntwo')
  awareness.states.delete(ben.clientID)
  split(hands.context, hands.id(0), [4])
  sourceAt(ben, 0).insert(7, ' typed')
  replicas.send(1, 2)
  replicas.send(0, 1)
  replicas.send(0, 2)
  expectIn([ben, relay], 'one', 'two typed')
  sync()
  expectIn([ana, ben], 'one', 'two typed')
})

test('undoing a split brings the text of others back with it, and redoing it splits it again', () => {
  const { ana, ben, sync, hands } = meet('one\ntwo')
  split(hands.context, hands.id(0), [4])
  sourceAt(ben, 0).insert(7, ' typed')
  sync()
  sourceAt(ben, 1).insert(0, 'more ')
  for (let nth = 0; nth < 2; nth++) {
    hands.undo.undo()
    sync()
    expectIn([ana, ben], 'one\nmore two typed')
    hands.undo.redo()
    sync()
    expect(readSources(ben)).toEqual(readSources(ana))
    expect(readSources(ben).join('\n').split(/\s/).toSorted()).toEqual(
      ['more', 'one', 'two', 'typed'].toSorted(),
    )
    expect(readSources(ben)).toHaveLength(2)
  }
  expect(ghosts(ben)).toBe(0)
})

test('undoing a split that made an empty cell leaves what others wrote in it', () => {
  const { ana, ben, sync, hands } = meet('one')
  split(hands.context, hands.id(0), [3])
  sync()
  sourceAt(ben, 1).insert(0, 'typed')
  sync()
  hands.undo.undo()
  sync()
  expectIn([ana, ben], 'one', 'typed')
})

test('undoing a merge brings back what others typed in the merged cell, and redoing it takes it along', () => {
  const { ana, ben, sync, hands } = meet('one', 'two')
  hands.go(0)
  mergeWith(hands.context, 'below')
  sourceAt(ben, 1).insert(3, ' typed')
  sync()
  for (let nth = 0; nth < 2; nth++) {
    expectIn([ana, ben], 'one\ntwo typed')
    hands.undo.undo()
    sync()
    expectIn([ana, ben], 'one', 'two typed')
    hands.undo.redo()
    sync()
  }
  expect(ghosts(ben)).toBe(0)
})

test('a program that splits a cell without a record leaves what is typed where it is', () => {
  const { ana, ben, sync } = meet('one\ntwo', '')
  sourceAt(ana, 1).insert(0, 'two')
  sourceAt(ana, 0).delete(3, 4)
  sourceAt(ben, 0).insert(7, ' typed')
  sync()
  expectIn([ana, ben], 'one typed', 'two')
})

test('a line that another program moves takes along what was written within, and not the lines below it', () => {
  const { ana, relay, sync } = meet('one\ntwo\nthree\nfour', 'five')
  const text = formatNotebook(readNotebook(relay))
  const read = { digest: textDigest(text), state: Y.encodeStateAsUpdate(relay) }
  sourceAt(ana, 0).insert(7, '\ntyped')
  sync()
  const theirs = edited(text, ({ cells: [first, second] }) => {
    if (first) first.source = 'one\nfour'
    if (second) second.source = 'five\ntwo\nthree'
  })
  const outside = readOutside(theirs)
  if (!outside.ok) throw new Error(outside.reason)
  mergeFile(relay, [read], outside.notebook, textDigest(theirs))
  sync()
  expectIn([ana, relay], 'one\nfour', 'five\ntwo\ntyped\nthree')
})

test('records that name each other, or more text than there is, are harmless', () => {
  const { ana, ben, sync } = meet('one', 'two')
  const huge = 2 ** 50
  const [first, second] = visibleCells(ana)
  const [a, b] = [1, 2]
  sourceAt(ben, 0).insert(3, ' typed')
  ana.transact(() => {
    for (let nth = 0; nth < 20; nth++)
      for (const [from, to] of [
        [first, second],
        [second, first],
      ])
        copiesOf(ana).set(`${from} ${nth}`, {
          from: from ?? '',
          to: to ?? '',
          reach: 'around',
          runs: [
            [a, 0, huge, b, 0],
            [b, 0, huge, a, 0],
            [ben.clientID, 0, huge, ben.clientID, 0],
          ],
        })
    copiesOf(ana).set('no record', { from: 1, to: 'x', runs: [['a'], [-1, 2.5], null] })
    copiesOf(ana).set('no list', { from: first ?? '', to: second ?? '', runs: 'x' })
  })
  sync()
  expect(readSources(ben)).toEqual(readSources(ana))
  expect(readSources(ben)).toEqual(['one typed', 'two'])
})
