import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { persist, type Kept } from '../../../client/document/persist.ts'
import { until } from '../../support/until.ts'

let name = ''
const ended: (() => void)[] = []
beforeEach(() => {
  name = `persist-test-${crypto.randomUUID()}`
})
afterEach(() => {
  for (const end of ended.splice(0)) end()
  vi.restoreAllMocks()
})

const opened = async (
  doc = new Y.Doc(),
): Promise<{ doc: Y.Doc; text: Y.Text; kept: Kept; failures: string[] }> => {
  const failures: string[] = []
  const kept = await persist(doc, name, (reason) => failures.push(reason))
  if (!kept.kept) throw new Error(kept.reason)
  ended.push(() => kept.close())
  return { doc, text: doc.getText('text'), kept, failures }
}

const rows = (): Promise<number> =>
  new Promise((resolve) => {
    const request = indexedDB.open(name)
    request.addEventListener('success', () => {
      const count = request.result.transaction('updates').objectStore('updates').count()
      count.addEventListener('success', () => {
        request.result.close()
        resolve(count.result)
      })
    })
  })

test('what a document had before and what was written since is there again', async () => {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, 'before')
  const first = await opened(doc)
  first.text.insert(6, ' and since')
  first.kept.close()
  const second = await opened()
  expect(second.text.toString()).toBe('before and since')
  expect(await rows()).toBe(1)
  expect(first.failures).toEqual([])
})

test('two tabs store beside each other, and many rows become one without losing any', async () => {
  const [one, two] = [await opened(), await opened()]
  two.text.insert(0, 'two')
  for (let i = 0; i < 520; i++) one.text.insert(one.text.length, '.')
  await until(async () => (await rows()) === 1)
  expect(one.text.toString()).toContain('two')
  expect((await opened()).text.toString()).toHaveLength(523)
})

test('the acknowledged state stays as it was while the document goes on', async () => {
  const { doc, text, kept } = await opened()
  expect(await kept.acknowledged()).toBe(null)
  text.insert(0, 'acknowledged')
  kept.acknowledge()
  text.insert(0, 'not ')
  const state = await kept.acknowledged()
  const then = new Y.Doc()
  Y.applyUpdate(then, state ?? new Uint8Array())
  expect(then.getText('text').toString()).toBe('acknowledged')
  expect(doc.getText('text').toString()).toBe('not acknowledged')
})

test('a browser that refuses or does not answer is told of', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  })
  const refused = await persist(new Y.Doc(), name, () => undefined)
  expect(refused).toEqual({ kept: false, reason: 'The operation is insecure.' })
  vi.restoreAllMocks()
  vi.spyOn(indexedDB, 'open').mockImplementation(() => new EventTarget() as IDBOpenDBRequest)
  const silent = await persist(new Y.Doc(), name, () => undefined)
  expect(silent).toEqual({ kept: false, reason: 'the browser does not answer' })
})

test('when storage is taken away the page hears of it, once, and writing goes on', async () => {
  const { text, failures } = await opened()
  const removal = indexedDB.deleteDatabase(name)
  await until(() => removal.readyState === 'done')
  text.insert(0, 'on')
  expect(failures).toEqual(['what is stored is being removed'])
})
