import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { persist, type Persistence } from '../../../client/document/persist.ts'
import { soon } from '../../support/soon.ts'
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
): Promise<{ doc: Y.Doc; text: Y.Text; kept: Persistence; told: (string | null)[] }> => {
  const told: (string | null)[] = []
  const kept = await persist(doc, name, () => told.push(null))
  if (kept.reason !== null) throw new Error(kept.reason)
  ended.push(() => kept.close())
  return { doc, text: doc.getText('text'), kept, told }
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

test('content from before persistence and later edits are both restored', async () => {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, 'before')
  const first = await opened(doc)
  first.text.insert(6, ' and since')
  first.kept.close()
  const second = await opened()
  expect(second.text.toString()).toBe('before and since')
  expect(first.told).toEqual([])
})

test('two tabs store side by side, and many rows are compacted into one without loss', async () => {
  const [one, two] = [await opened(), await opened()]
  two.text.insert(0, 'two')
  for (let i = 0; i < 520; i++) one.text.insert(one.text.length, '.')
  await until(async () => (await rows()) === 1)
  expect(one.text.toString()).toContain('two')
  expect((await opened()).text.toString()).toHaveLength(523)
  // Closed during compaction, with a row of another tab that it has not read yet.
  two.text.insert(0, 'unread ')
  two.kept.close()
  const { getAll } = IDBObjectStore.prototype
  vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (this: IDBObjectStore, ...range) {
    one.kept.close()
    return getAll.apply(this, range)
  })
  for (let i = 0; i < 520; i++) one.text.insert(one.text.length, '.')
  await until(async () => (await rows()) === 1)
  vi.restoreAllMocks()
  // Which of the two comes first is up to Yjs.
  const all = (await opened()).text.toString()
  expect(all).toContain('unread two')
  expect(all).toHaveLength(1050)
})

test('the acknowledged state stays the same while the document is edited', async () => {
  const { doc, text, kept } = await opened()
  expect(await kept.acknowledgedState()).toEqual({ acknowledged: null, digests: [] })
  text.insert(0, 'acknowledged')
  kept.acknowledge()
  text.insert(0, 'not ')
  kept.keepDigests(['first', 'second'])
  const { acknowledged: state, digests } = await kept.acknowledgedState()
  expect(digests).toEqual(['first', 'second'])
  const then = new Y.Doc()
  Y.applyUpdate(then, state ?? new Uint8Array())
  expect(then.getText('text').toString()).toBe('acknowledged')
  expect(doc.getText('text').toString()).toBe('not acknowledged')
})

test('reopening rewrites neither the stored rows nor the acknowledged state', async () => {
  const first = await opened()
  first.text.insert(0, 'one, ')
  first.text.insert(5, 'two')
  // The library adds an empty row.
  await until(async () => (await rows()) === 3)
  first.kept.acknowledge()
  first.kept.close()
  const [add, put] = [vi.spyOn(IDBObjectStore.prototype, 'add'), vi.spyOn(IDBObjectStore.prototype, 'put')]
  const second = await opened()
  second.kept.acknowledge()
  expect(second.text.toString()).toBe('one, two')
  expect(add.mock.calls).toEqual([[new Uint8Array(2)]])
  expect(put).not.toHaveBeenCalled()
  second.text.insert(8, ', three')
  second.kept.acknowledge()
  const { acknowledged } = await second.kept.acknowledgedState()
  const then = new Y.Doc()
  Y.applyUpdate(then, acknowledged ?? new Uint8Array())
  expect(then.getText('text').toString()).toBe('one, two, three')
})

test('denied or unresponsive storage is reported, and everything is stored once it works again', async () => {
  const refusing = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  })
  const doc = new Y.Doc()
  const kept = await persist(doc, name, () => undefined)
  ended.push(() => kept.close())
  expect(kept.reason).toBe('the browser denies storage (The operation is insecure.)')
  expect(kept.behind).toBe(false)
  doc.getText('text').insert(0, 'written meanwhile')
  expect(kept.behind).toBe(true)
  refusing.mockImplementation(() => new EventTarget() as IDBOpenDBRequest)
  const silent = await persist(new Y.Doc(), name, () => undefined)
  ended.push(() => silent.close())
  expect(silent.reason).toBe('the storage of the browser does not respond')
  vi.restoreAllMocks()
  await expect.poll(() => [kept.reason, kept.behind], soon).toEqual([null, false])
  expect((await opened()).text.toString()).toBe('written meanwhile')
})

test.for([
  ['QuotaExceededError', "this browser's storage is full"],
  ['AbortError', 'the browser aborted the write'],
  ['UnknownError', 'the browser denies storage (UnknownError)'],
] as const)(
  'a write that fails with %s is reported in words and made up for later',
  async ([error, reason]) => {
    const { text, kept, told } = await opened()
    text.insert(0, 'kept, ')
    const failing = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('', error)
    })
    text.insert(6, 'not kept')
    text.insert(14, ' and more')
    await expect.poll(() => kept.reason, soon).toBe(reason)
    expect(kept.behind).toBe(true)
    expect(told).toHaveLength(1)
    for (let i = 0; i < 600; i++) text.insert(0, '.')
    failing.mockRestore()
    await expect.poll(() => [kept.reason, kept.behind], soon).toEqual([null, false])
    expect((await opened()).text.toString()).toBe(`${'.'.repeat(600)}kept, not kept and more`)
  },
)

test('a deletion of the storage is reported, editing continues, and everything is stored again', async () => {
  const { text, kept, told } = await opened()
  text.insert(0, 'before, ')
  const removal = indexedDB.deleteDatabase(name)
  await until(() => removal.readyState === 'done')
  expect(kept.reason).toBe('the stored copy is being deleted')
  text.insert(8, 'since')
  await expect.poll(() => kept.kept, soon).toBe(true)
  expect(told).toHaveLength(2)
  expect((await opened()).text.toString()).toBe('before, since')
})
