// The names that other programs give: what the list shows as a notebook, every request accepts; what it shows with a
// reason, every request refuses with that reason.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { encodePath } from '../../../shared/api/route.ts'
import type { Listed } from '../../../shared/api/routes.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { readSources } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const startWith = async (...paths: readonly string[]): Promise<void> => {
  relay = await TestRelay.start()
  for (const path of paths) {
    await mkdir(dirname(join(relay.folder, path)), { recursive: true })
    await writeFile(join(relay.folder, path), notebookText('x'))
  }
}
const listed = async (): Promise<readonly Listed[]> => {
  const all = (await (await relay.request('/api/notebooks')).json()) as Listed[]
  return all.filter(({ path }) => path !== 'welcome.ipynb')
}
const at = (path: string): string => `/api/notebooks/${encodePath(path)}`
const answer = async (asked: Promise<Response>): Promise<string> => {
  const { status, ok, ...response } = await asked.then(async (got) => ({
    status: got.status,
    ok: got.ok,
    text: await got.text(),
  }))
  return ok
    ? 'ok'
    : `${status} ${(JSON.parse(response.text) as { error: { message: string } }).error.message}`
}

test.each([
  'a%20b%2Fc%.ipynb',
  'a#b;c=d&e+f.ipynb',
  'cafe\u0301.ipynb',
  '\u{1f600}~$`^.ipynb',
  'a..ipynb',
  'a.ipynb.ipynb',
])('%j is listed, opened, moved with its name, deleted and restored', async (path) => {
  await startWith(path)
  expect(await listed()).toMatchObject([{ path }])
  expect(await (await relay.request(at(path))).text()).toBe(notebookText('x'))
  expect(readSources((await relay.synced(path)).doc)).toEqual(['x'])
  const moved = `sub/${path}`
  expect(await answer(relay.request(at(path), 'PATCH', { path: moved }))).toBe('ok')
  const gone = await relay.request(at(moved), 'DELETE')
  expect(gone.status).toBe(204)
  expect(await answer(relay.request(String(gone.headers.get('location')), 'POST', null))).toBe('ok')
  expect(await listed()).toMatchObject([{ path: moved }])
  expect(await answer(relay.request(at(moved), 'PATCH', { path: 'plain' }))).toBe('ok')
  expect((await listed()).map((entry) => entry.path)).toEqual(['plain.ipynb'])
})

test.each([
  ['what?.ipynb', 'its name has a ?, which other systems forbid'],
  ['a\\b.ipynb', 'its name has a \\, which other systems forbid'],
  ['Week 1: begin/a.ipynb', 'its name has a :, which other systems forbid'],
  [' a.ipynb', 'its name begins or ends with a blank'],
  ['a\tb.ipynb', 'its name has a character that cannot be seen'],
  ['a\nb.ipynb', 'its name has a character that cannot be seen'],
  ['bell\u0007/a.ipynb', 'its name has a character that cannot be seen'],
  [`${'é'.repeat(110)}.ipynb`, 'its name has 226 bytes; a name has at most 200'],
])('%j is listed with a reason, which requests give too', async (path, reason) => {
  await startWith(path, 'good.ipynb')
  expect((await listed()).find((entry) => entry.path === path)?.reason).toBe(reason)
  const refused = `400 ${reason}`
  expect(await answer(relay.request(at(path)))).toBe(refused)
  expect(await answer(relay.request(at(path), 'DELETE'))).toBe(refused)
  expect(await answer(relay.request(at(path), 'PATCH', { path: 'b' }))).toBe(refused)
  expect(await answer(relay.request(at('good.ipynb'), 'PATCH', { path }))).toBe(refused)
  expect(await answer(relay.request('/api/notebooks', 'POST', { path }))).toBe(refused)
  expect(await relay.socket(path).closed).toEqual({ code: 4404, reason })
})
