// What a page wrote offline in a cell that was merged meanwhile, and did not stay to carry over itself.
import { afterEach, expect, test } from 'vitest'
import { mergeWith } from '../../../client/commands/merge.ts'
import { listCells } from '../../../shared/notebook/document/read.ts'
import { handsOn } from '../../support/cell-hands.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

test('is in the merged cell once its page has gone, and no ghost is left', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') })
  const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
  ben.disconnect()
  sourceAt(ben.doc, 1).insert(3, ' typed')
  const hands = handsOn(ana.doc)
  hands.go(0)
  mergeWith(hands.context, 'below')
  expect(readSources(ana.doc)).toEqual(['one\ntwo'])
  ben.connect()
  ben.once('sync', () => ben.disconnect())
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one\ntwo typed'])
  expect(listCells(ana.doc).filter(({ ghost }) => ghost)).toEqual([])
})
