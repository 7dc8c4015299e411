// The bin over HTTP: listing, restoring, also if the name is taken, and deleting permanently.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay | null = null
afterEach(async () => {
  await relay?.stop()
  relay = null
})
const quick = { times: { quiet: 20, atMost: 100 }, linger: 0 }
const start = async (...names: string[]): Promise<TestRelay> => {
  relay = await TestRelay.start(Object.fromEntries(names.map((name) => [name, notebookText(name)])), quick)
  return relay
}

interface Listed {
  readonly entry: string
  readonly path: string
  readonly deleted: string
  readonly size: number
}
const inBin = async (here: TestRelay): Promise<readonly Listed[]> =>
  (await (await here.request('/api/bin')).json()) as Listed[]
const at = ({ entry }: Listed): string => `/api/bin/${entry.split('/').map(encodeURIComponent).join('/')}`
const remove = (here: TestRelay, path: string): Promise<Response> =>
  here.request(`/api/notebooks/${path}`, 'DELETE')
const first = (list: readonly Listed[]): Listed => {
  const [entry] = list
  if (entry === undefined) throw new Error('the bin is empty')
  return entry
}
const answer = async (response: Response): Promise<unknown> => [response.status, await response.json()]

test('deleting returns the URL that restores, and the bin lists the latest first', async () => {
  const here = await start('a.ipynb', 'b.ipynb')
  const before = new Date().toISOString()
  expect(await inBin(here)).toEqual([])
  const deleted = await remove(here, 'a.ipynb')
  expect(deleted.status).toBe(204)
  await remove(here, 'b.ipynb')
  const list = await inBin(here)
  expect(list.map(({ path, size }) => [path, size])).toEqual([
    ['b.ipynb', notebookText('b.ipynb').length],
    ['a.ipynb', notebookText('a.ipynb').length],
  ])
  for (const { deleted: time } of list) expect(time >= before && time <= new Date().toISOString()).toBe(true)
  const way = deleted.headers.get('location') ?? ''
  const restored = await here.request(way, 'POST')
  expect(await answer(restored)).toMatchObject([200, { path: 'a.ipynb' }])
  expect(restored.headers.get('location')).toBe('/api/notebooks/a.ipynb')
  expect(await here.file('a.ipynb')).toBe(notebookText('a.ipynb'))
  expect((await here.request(way, 'POST')).status).toBe(404)
  expect((await inBin(here)).map(({ path }) => path)).toEqual(['b.ipynb'])
})

test('a notebook whose name is taken is restored under a free one, and its open page follows', async () => {
  const here = await start('sub.ipynb')
  const ana = await here.synced('sub.ipynb')
  const closed = new Promise<{ code: number; reason: string }>((resolve) => ana.once('closed', resolve))
  await remove(here, 'sub.ipynb')
  await here.request('/api/notebooks', 'POST', { path: 'sub', content: notebookText('another') })
  sourceAt(ana.doc, 0).insert(0, 'still here ')
  const restored = await here.request('/api/notebooks/sub.ipynb', 'PATCH', { path: 'sub.ipynb' })
  expect(await answer(restored)).toMatchObject([200, { path: 'sub (restored).ipynb' }])
  expect(await closed).toEqual({ code: 4410, reason: 'sub (restored).ipynb' })
  expect(await here.file('sub.ipynb')).toBe(notebookText('another'))
  const ben = await here.synced('sub (restored).ipynb')
  expect(readSources(ben.doc)).toEqual(['still here sub.ipynb'])
  await expect.poll(() => here.file('sub (restored).ipynb'), soon).toContain('still here sub.ipynb')
  // Restoring under its own name with nothing in the bin changes nothing.
  expect((await here.request('/api/notebooks/sub.ipynb', 'PATCH', { path: 'sub.ipynb' })).status).toBe(200)

  await remove(here, 'sub.ipynb')
  await here.request('/api/notebooks', 'POST', { path: 'sub' })
  const again = await here.request(at(first(await inBin(here))), 'POST')
  expect(await answer(again)).toMatchObject([200, { path: 'sub (restored 2).ipynb' }])
  await remove(here, 'sub.ipynb')
  const elsewhere = await here.request(at(first(await inBin(here))), 'POST', { path: 'new/place' })
  expect(await answer(elsewhere)).toMatchObject([200, { path: 'new/place.ipynb' }])
})

test('a notebook whose file was deleted is restored from the log', async () => {
  const here = await start('a.ipynb')
  const ana = await here.synced('a.ipynb')
  sourceAt(ana.doc, 0).insert(0, 'typed ')
  await expect.poll(() => here.file('a.ipynb'), soon).toContain('typed ')
  await rm(join(here.folder, 'a.ipynb'))
  expect((await here.request('/api/notebooks', 'POST', { path: 'a' })).status).toBe(201)
  const restored = await here.request(at(first(await inBin(here))), 'POST')
  expect(await answer(restored)).toMatchObject([200, { path: 'a (restored).ipynb' }])
  expect(await here.file('a (restored).ipynb')).toContain('typed a.ipynb')
  const ben = await here.synced('a (restored).ipynb')
  expect(readSources(ben.doc)).toEqual(['typed a.ipynb'])
})

test('emptying the bin deletes notebooks with their history, except those that are open', async () => {
  const here = await start('a.ipynb', 'b.ipynb', 'c.ipynb')
  const ana = await here.synced('a.ipynb')
  const ben = await here.synced('b.ipynb')
  ben.destroy()
  for (const name of ['a', 'b', 'c']) await remove(here, `${name}.ipynb`)
  const [, , open] = await inBin(here)
  if (open === undefined) throw new Error('not in the bin')
  expect((await here.request(at(open), 'DELETE')).status).toBe(409)
  const emptied = async (): Promise<unknown> => answer(await here.request('/api/bin', 'DELETE'))
  await expect.poll(emptied, soon).toEqual([200, { open: ['a.ipynb'] }])
  expect((await inBin(here)).map(({ path }) => path)).toEqual(['a.ipynb'])
  expect((await here.request('/api/notebooks/b.ipynb')).status).toBe(404)
  sourceAt(ana.doc, 0).insert(0, 'open ')
  ana.destroy()
  const discarded = async (): Promise<number> => (await here.request(at(open), 'DELETE')).status
  await expect.poll(discarded, soon).toBe(204)
  expect([await inBin(here), await readdir(join(here.folder, '.llm-notebook/bin'))]).toEqual([[], []])
  expect(await discarded()).toBe(404)
  // The names are free, and new notebooks with them have no old history.
  await here.request('/api/notebooks', 'POST', { path: 'a', content: notebookText('new') })
  expect(readSources((await here.synced('a.ipynb')).doc)).toEqual(['new'])
  expect(((await (await here.request('/api/history/a.ipynb')).json()) as { updates: number }).updates).toBe(1)
})

test('a path that is not an entry of the bin is refused and reaches nothing outside it', async () => {
  const here = await start('a.ipynb')
  const stamp = '2026-01-01T00-00-00-000Z-abcd'
  for (const [way, status] of [
    ['/api/bin/nothing', 400],
    [`/api/bin/${stamp}/..%2f..%2f..%2fa.ipynb`, 400],
    [`/api/bin/..%2f${stamp}/a.ipynb`, 400],
    [`/api/bin/${stamp}/%E0%A4%A`, 400],
    [`/api/bin/${stamp}/a.ipynb`, 404],
  ] as const)
    for (const method of ['POST', 'DELETE'])
      expect([way, method, (await here.request(way, method)).status]).toEqual([way, method, status])
  expect((await here.request('/api/bin', 'PUT')).status).toBe(405)
  expect(await here.file('a.ipynb')).toBe(notebookText('a.ipynb'))
})
