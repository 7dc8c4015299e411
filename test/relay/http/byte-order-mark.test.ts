// RFC 8259: JSON that is sent has no byte-order mark. The file keeps its own.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { notebookText, quickTimes, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const mark = '\ufeff'
const notebook = '/api/notebooks/a.ipynb'
// Not `text()`, which removes the mark.
const get = async (): Promise<string> => (await relay.raw(notebook)).body.toString()
const tag = async (): Promise<string> => String((await relay.raw(notebook)).headers['etag'])
const put = async (body: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(relay.origin + notebook, { method: 'PUT', body, headers })).status
const start = async (text: string): Promise<void> => {
  relay = await TestRelay.start({ 'a.ipynb': text }, { times: quickTimes })
}

test('a notebook is sent without the byte-order mark of its file, which keeps it', async () => {
  await start(mark + notebookText('x'))
  expect(await get()).toBe(notebookText('x'))
  expect(await put(await get(), { 'If-Match': await tag() })).toBe(200)
  expect(await relay.file('a.ipynb')).toBe(mark + notebookText('x'))
  for (const [source, headers] of [
    ['named', { 'If-Match': await tag() }],
    ['unnamed', {}],
  ] as const) {
    expect(await put(notebookText(source), headers)).toBe(200)
    expect(await get()).toBe(notebookText(source))
    await expect.poll(() => relay.file('a.ipynb'), soon).toBe(mark + notebookText(source))
  }
})

test('a mark in what is sent gets into no file', async () => {
  await start(notebookText('x'))
  expect(await put(mark + notebookText('y'))).toBe(200)
  await expect.poll(() => relay.file('a.ipynb'), soon).toBe(notebookText('y'))
  const content = mark + notebookText('z')
  expect((await relay.request('/api/notebooks', 'POST', { path: 'b', content })).status).toBe(201)
  expect(await relay.file('b.ipynb')).toBe(notebookText('z'))
})

test('a request may begin with a mark, and must be UTF-8', async () => {
  await start(notebookText('x'))
  const post = (body: Uint8Array): Promise<Response> =>
    fetch(`${relay.origin}/api/notebooks`, { method: 'POST', body: Buffer.from(body) })
  expect((await post(Buffer.from(`${mark}{"path":"b"}`))).status).toBe(201)
  const refused = await post(Buffer.from('{"path":"caf\xe9"}', 'latin1'))
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { message: 'the body is not UTF-8 text' } },
  ])
})

test('a copy has no mark', async () => {
  await start(mark + notebookText('x'))
  const made = await relay.request('/api/notebooks', 'POST', { path: 'b', copyOf: 'a.ipynb' })
  expect(made.status).toBe(201)
  expect(await relay.file('b.ipynb')).toBe(notebookText('x'))
})

test('another program that takes the mark out of the file has its way', async () => {
  await start(mark + notebookText('x'))
  const ana = await relay.synced('a.ipynb')
  await writeFile(join(relay.folder, 'a.ipynb'), notebookText('x'))
  ana.doc.getMap('nbmeta').set('touched', true)
  await expect.poll(() => relay.file('a.ipynb'), soon).toMatch(/^\{[^]*touched/)
})
