import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, test, expect } from 'vitest'
import { notebookText, TestRelay } from '../../support/relay.ts'

let relay: TestRelay
afterEach(() => relay.stop())

test('a folder is created, renamed with its notebooks, whose pages are told, and deleted if empty', async () => {
  relay = await TestRelay.start({ 'free.ipynb': notebookText('x') })
  await mkdir(join(relay.folder, 'sub/deep'), { recursive: true })
  for (const name of ['a', 'b'])
    await writeFile(join(relay.folder, 'sub', `${name}.ipynb`), notebookText(name))
  await writeFile(join(relay.folder, 'sub/deep/c.ipynb'), notebookText('c'))
  await writeFile(join(relay.folder, 'sub/data.csv'), 'x')
  const idOf = async (path: string): Promise<unknown> =>
    ((await (await relay.request(`/api/notebooks/${path}`)).json()) as { cells: { id: unknown }[] }).cells[0]
      ?.id
  const open = relay.socket('sub/a.ipynb')
  await open.opened
  await idOf('sub/deep/c.ipynb')
  const move = (from: string, path: string) => relay.request(`/api/folders/${from}/`, 'PATCH', { path })
  expect((await move('sub', 'sub/in')).status).toBe(400)
  expect((await move('none', 'new')).status).toBe(404)
  expect((await relay.request('/api/folders', 'POST', { path: 'empty' })).status).toBe(201)
  expect((await move('sub', 'empty')).status).toBe(409)
  expect((await move('sub', '../out')).status).toBe(400)
  expect((await move('sub', 'empty/new')).status).toBe(200)
  expect(await open.closed).toMatchObject({ code: 4410, reason: 'empty/new/a.ipynb' })
  const moved = await relay.request('/api/notebooks/sub/deep/c.ipynb')
  expect([moved.status, moved.headers.get('location')]).toEqual([
    307,
    '/api/notebooks/empty/new/deep/c.ipynb',
  ])
  const list = (await (await relay.request('/api/notebooks')).json()) as { path: string }[]
  expect(list.map(({ path }) => path)).toEqual([
    'empty/new/a.ipynb',
    'empty/new/b.ipynb',
    'empty/new/deep/c.ipynb',
    'free.ipynb',
  ])
  expect(await relay.file('empty/new/data.csv')).toBe('x')
  expect(await (await relay.request('/api/folders')).json()).toEqual(['empty', 'empty/new', 'empty/new/deep'])
  expect((await relay.request('/api/folders/empty/', 'DELETE')).status).toBe(409)
  await relay.request('/api/folders', 'POST', { path: 'other' })
  expect((await relay.request('/api/folders/other/', 'DELETE')).status).toBe(204)
})
