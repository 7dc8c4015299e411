// What a page wrote in a cell that was merged or split meanwhile, and is gone before it could carry that itself.
import { afterEach, expect, test } from 'vitest'
import { mergeWith, split } from '../../../client/commands/merge.ts'
import { listCells, visibleCells } from '../../../shared/notebook/document/read.ts'
import { handsOn } from '../../support/cell-hands.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

test('is carried to the merged cell, and no ghost is left', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') })
  const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
  ana.disconnect()
  const hands = handsOn(ana.doc)
  hands.go(0)
  mergeWith(hands.context, 'below')
  sourceAt(ben.doc, 1).insert(3, ' typed')
  const watcher = await relay.synced('a.ipynb')
  await expect.poll(() => readSources(watcher.doc), soon).toEqual(['one', 'two typed'])
  ben.disconnect()
  ana.connect()
  await expect.poll(() => readSources(watcher.doc), soon).toEqual(['one\ntwo typed'])
  expect(listCells(watcher.doc).filter(({ ghost }) => ghost)).toEqual([])
})

test('is carried when it leaves, if it was there when the cell was split; what it wrote after that stays', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one\ntwo') })
  const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
  ana.disconnect()
  const hands = handsOn(ana.doc)
  split(hands.context, hands.id(0), [4])
  ben.awareness.setLocalStateField('user', { name: 'Ben' })
  sourceAt(ben.doc, 0).insert(7, ' typed')
  const watcher = await relay.synced('a.ipynb')
  await expect.poll(() => readSources(watcher.doc), soon).toEqual(['one\ntwo typed'])
  ana.connect()
  await expect.poll(() => readSources(ben.doc), soon).toEqual(['one typed', 'two'])
  const [upper] = visibleCells(ben.doc)
  sourceAt(ben.doc, 0).insert(3, ' later')
  await expect.poll(() => readSources(watcher.doc), soon).toEqual(['one later typed', 'two'])
  expect(upper).toBe(hands.id(0))
  ben.disconnect()
  await expect.poll(() => readSources(watcher.doc), soon).toEqual(['one later', 'two typed'])
})
