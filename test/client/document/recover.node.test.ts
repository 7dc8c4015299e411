import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { browserCopyOf, recover } from '../../../client/document/recover.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import { TestRelay, notebookText } from '../../support/relay.ts'

// A browser global that Node lacks.
Object.assign(globalThis, { navigator: globalThis.navigator ?? {} })

// A page sends requests to its own origin.
let relay: TestRelay
const { fetch } = globalThis
beforeEach(async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one') })
  globalThis.fetch = (input, init) => fetch(new URL(String(input), relay.origin), init)
})
afterEach(async () => {
  globalThis.fetch = fetch
  await relay.stop()
})

test('closing the document during a recovery ends it, so that the next one can proceed', async () => {
  const parsed = parseNotebook(notebookText('one, and unsent'))
  if (!parsed.ok) throw new Error(parsed.reason)
  const held = new Y.Doc()
  Y.applyUpdate(held, importNotebook(parsed.notebook, 'over'))
  const copy = browserCopyOf(held, null, { acknowledged: null, digests: [] })
  if (copy === null) throw new Error('nothing is held')
  const [closed, next] = [new Y.Doc(), await relay.synced('a.ipynb')]
  const recovered = recover('a.ipynb', copy, closed, (notebook) => Promise.resolve(notebook))
  closed.destroy()
  expect(await recovered).toBe(null)
  const again = recover('a.ipynb', copy, next.doc, (notebook) => Promise.resolve(notebook))
  expect(await again).toMatchObject({ ok: true })
})
