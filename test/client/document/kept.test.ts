// What a page held when its history ended and what the browser stored of it reach the relay as one copy.
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { removeDatabase } from '../../../client/document/database.ts'
import { databaseName, forgetSuperseded, keepSuperseded } from '../../../client/document/histories.ts'
import { persist } from '../../../client/document/persist.ts'
import { browserCopyOf, recoverySteps } from '../../../client/document/recover.ts'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { newCellId } from '../../../shared/notebook/ids.ts'
import { soon } from '../../support/soon.ts'

const path = 'kept.ipynb'
const history = { docId: crypto.randomUUID(), epoch: 'over' }
afterEach(() => {
  forgetSuperseded(path, history)
  removeDatabase(databaseName(history))
})

const write = (doc: Y.Doc, source: string): void =>
  void apply(doc, { type: 'insert-cell', id: newCellId(), kind: 'code', after: null, source })

test('text not yet stored when the history ended reaches the relay together with the stored text', async () => {
  const page = new Y.Doc()
  Y.applyUpdate(page, importNotebook(newNotebook(), history.docId))
  write(page, 'both')
  const tab = new Y.Doc()
  Y.applyUpdate(tab, Y.encodeStateAsUpdate(page))
  write(tab, 'only stored')
  const stored = await persist(tab, databaseName(history), () => undefined)
  stored.keepDigests(['seen'])
  await expect.poll(async () => (await stored.acknowledgedState()).digests, soon).toEqual(['seen'])
  stored.close()
  write(page, 'only in the page')
  expect(keepSuperseded(path, history)).toBe(true)
  const held = browserCopyOf(page, history, { acknowledged: null, digests: [] })
  const all = await recoverySteps.storedCopies(path, held === null ? [] : [held])
  expect(all.map(({ notebook }) => notebook.cells.map(({ source }) => source).sort())).toEqual([
    ['both', 'only in the page', 'only stored'],
  ])
  expect(all[0]?.relayState.digests).toEqual(['seen'])
})
