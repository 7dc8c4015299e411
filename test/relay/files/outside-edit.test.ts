// An outside writer first stores large outputs as blobs, which takes time; what is typed meanwhile stays.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { openFolder } from '../../../relay/home.ts'
import { parsePath } from '../../../relay/files/path.ts'
import { SqliteLog } from '../../../relay/log/sqlite.ts'
import { restoreFrom } from '../../../relay/restore.ts'
import { docIdOf } from '../../../shared/notebook/document/read.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const quick = { times: { quiet: 20, atMost: 50, settle: 20, pause: 20, longPause: 20 } }
const big = 'x'.repeat(20_000)
const bigBlob = `sha256-${createHash('sha256').update(big).digest('hex')}`
const own = (...names: string[]): string => join(relay.folder, '.llm-notebook', ...names)
const blobFile = (): string => own('blobs', bigBlob.slice(7, 9), bigBlob)

/** Gives the first cell a large output. */
const withOutput = (text: string): string => {
  const notebook = JSON.parse(text) as { cells: Record<string, unknown>[] }
  const data = { 'text/plain': big }
  Object.assign(notebook.cells[0] ?? {}, {
    outputs: [{ output_type: 'display_data', metadata: {}, data }],
  })
  return JSON.stringify(notebook, null, 1)
}

/** Makes the blob's file slow: whoever reads it waits. `reached` resolves when somebody does. */
const slowBlob = async (): Promise<{ reached: Promise<unknown>; release: () => Promise<void> }> => {
  await mkdir(dirname(blobFile()), { recursive: true })
  await promisify(execFile)('mkfifo', [blobFile()])
  const reached = open(blobFile(), 'w')
  return {
    reached,
    release: async () => {
      const pipe = await reached
      await pipe.writeFile(big)
      await pipe.close()
    },
  }
}

const sourcesIn = (text: string): string[] =>
  (JSON.parse(text) as { cells: { source: string | string[] }[] }).cells.map(({ source }) =>
    [source].flat().join(''),
  )
const fileSays = async (): Promise<string[]> => sourcesIn(await relay.file('a.ipynb'))

describe('an outside edit keeps what is typed while its blobs are being stored', () => {
  test.each([
    ['of the file', (text: string) => writeFile(join(relay.folder, 'a.ipynb'), text)],
    [
      'by PUT',
      async (text: string) => {
        const put = { method: 'PUT', body: text }
        expect((await fetch(`${relay.origin}/api/notebooks/a.ipynb`, put)).status).toBe(200)
      },
    ],
    [
      'by recovery of a browser’s copy',
      async (text: string, { doc }: WebsocketProvider) => {
        const answer = await relay.request('/api/recover/a.ipynb', 'POST', {
          docId: docIdOf(doc),
          vector: Buffer.from(Y.encodeStateVector(doc)).toString('base64'),
          digests: [],
          acknowledged: notebookText('one', 'two'),
          content: text,
        })
        expect(await answer.json()).toEqual({
          path: 'a.ipynb',
          changed: true,
          copy: null,
          vector: expect.any(String),
        })
      },
    ],
  ])('%s', async (_, write) => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') }, quick)
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    const slow = await slowBlob()
    const writing = write(withOutput(notebookText('one theirs', 'two')), ana)
    await slow.reached
    // In the line that the edit changes, and in another cell.
    sourceAt(ana.doc, 0).insert(0, 'ours ')
    sourceAt(ana.doc, 1).insert(3, ' typed')
    await expect.poll(() => readSources(ben.doc), soon).toEqual(['ours one', 'two typed'])
    await slow.release()
    await writing
    const both = ['ours one theirs', 'two typed']
    await expect.poll(() => readSources(ben.doc), soon).toEqual(both)
    await expect.poll(fileSays, soon).toEqual(both)
    expect(await relay.file('a.ipynb')).toContain(big)
  })

  test('by restore', async () => {
    relay = await TestRelay.start({ 'a.ipynb': withOutput(notebookText('one', 'two')) }, quick)
    const ana = await relay.synced('a.ipynb')
    const docId = docIdOf(ana.doc) ?? ''
    sourceAt(ana.doc, 0).insert(3, ' more')
    await expect.poll(fileSays, soon).toEqual(['one more', 'two'])
    ana.disconnect()
    await relay.pause()
    await promisify(execFile)('rm', [blobFile()])
    const slow = await slowBlob()
    const [home, log] = [await openFolder(relay.folder), await SqliteLog.open(own('log.sqlite'))]
    const path = parsePath('a.ipynb')
    if (path === null) throw new Error('no path')
    const restoring = restoreFrom(log, home, path, 2)
    await slow.reached
    const typed: Uint8Array[] = []
    ana.doc.on('update', (update: Uint8Array) => typed.push(update))
    sourceAt(ana.doc, 1).insert(3, ' typed')
    await log.updates.append(
      typed.map((bytes) => ({ docId, time: Date.now(), user: 'Ana', client: 0, bytes })),
    )
    await slow.release()
    expect(await restoring).toMatchObject({ ok: true })
    await log.close()
    expect(await fileSays()).toEqual(['one', 'two typed'])
    expect(await relay.file('a.ipynb')).toContain(big)
    await relay.resume(quick)
    const ben = await relay.synced('a.ipynb')
    expect(readSources(ben.doc)).toEqual(['one', 'two typed'])
    expect(Y.encodeStateAsUpdate(ben.doc).length).toBeLessThan(big.length)
  })
})

test('an outside edit waits for an earlier one, and both are merged', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') }, quick)
  const ana = await relay.synced('a.ipynb')
  const tag = (await relay.request('/api/notebooks/a.ipynb')).headers.get('etag') ?? ''
  const slow = await slowBlob()
  await writeFile(join(relay.folder, 'a.ipynb'), withOutput(notebookText('one by file', 'two')))
  await slow.reached
  const body = notebookText('one', 'two put')
  const headers = { 'If-Match': tag }
  const putting = fetch(`${relay.origin}/api/notebooks/a.ipynb`, { method: 'PUT', body, headers })
  // Requests to read meanwhile are answered without waiting.
  for (let ask = 0; ask < 20; ask++)
    expect(sourcesIn(await (await relay.request('/api/notebooks/a.ipynb')).text())).toEqual(['one', 'two'])
  await slow.release()
  expect((await putting).status).toBe(200)
  const both = ['one by file', 'two put']
  await expect.poll(() => readSources(ana.doc), soon).toEqual(both)
  await expect.poll(fileSays, soon).toEqual(both)
})
