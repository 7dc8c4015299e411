// Files beside a notebook over HTTP: listing, reading and writing.
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { notebookText, TestRelay } from '../../support/relay.ts'

let relay: TestRelay
afterEach(() => relay.stop())

interface Listing {
  readonly files: readonly { readonly path: string; readonly size: number; readonly tag: string }[]
  readonly folders: readonly string[]
  readonly more: boolean
}

const list = async (folder = ''): Promise<Listing> =>
  (await (await relay.request(`/api/files/${folder}`)).json()) as Listing

const put = (
  path: string,
  text: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${relay.origin}/api/files/${path}`, { method: 'PUT', body: text as BodyInit, headers })

const codeOf = async (answer: Response): Promise<unknown> => [
  answer.status,
  ((await answer.json()) as { error: { code: string } }).error.code,
]

test('listing shows all files below a folder, nearest first, without hidden ones and links out of it', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('1'), 'data.csv': 'a,b\n', '.env': 'KEY=1' })
  const outside = await mkdtemp(join(tmpdir(), 'llm-notebook-outside-'))
  onTestFinished(() => rm(outside, { recursive: true }))
  await writeFile(join(outside, 'secret.txt'), 'secret')
  const at = (...names: string[]): string => join(relay.folder, ...names)
  await mkdir(at('sub', 'deep'), { recursive: true })
  await mkdir(at('.git'))
  await mkdir(at('node_modules'))
  await writeFile(at('sub', 'deep', 'x.txt'), '12345')
  await writeFile(at('.git', 'config'), 'secret')
  await writeFile(at('node_modules', 'm.js'), '')
  await symlink(join(outside, 'secret.txt'), at('link-out.txt'))
  await symlink(outside, at('folder-out'))
  await symlink(at('.env'), at('link-hidden.txt'))
  await symlink(at('data.csv'), at('link-in.csv'))

  const all = await list()
  expect(all.files.map(({ path, size }) => [path, size])).toEqual([
    ['a.ipynb', notebookText('1').length],
    ['data.csv', 4],
    ['link-in.csv', 4],
    ['sub/deep/x.txt', 5],
  ])
  expect(all).toMatchObject({ folders: ['sub', 'sub/deep'], more: false })
  expect((await list('sub/')).files.map(({ path }) => path)).toEqual(['deep/x.txt'])
  expect(await codeOf(await relay.request('/api/files/nowhere/'))).toEqual([404, 'not_found'])

  expect(await (await relay.request('/api/files/link-in.csv')).text()).toBe('a,b\n')
  for (const path of ['link-out.txt', 'folder-out/secret.txt', 'folder-out/', 'link-hidden.txt']) {
    const answer = await relay.request(`/api/files/${path}`)
    expect([path, answer.status]).toEqual([path, 400])
    expect(await answer.text()).not.toContain('KEY')
    if (path.endsWith('/')) continue
    expect([path, (await put(path, 'mine', { 'If-Match': '*' })).status]).toEqual([path, 400])
  }
  for (const path of [
    '.env',
    '.git/config',
    '.llm-notebook/log.sqlite',
    '..%2fx',
    'sub%2f..%2f.env',
    'a%00b',
    '%ff',
    'a//b',
  ])
    expect([path, (await relay.request(`/api/files/${path}`)).status]).toEqual([path, 400])
  expect(await codeOf(await relay.request('/api/files/nothing.csv'))).toEqual([404, 'not_found'])
  expect((await relay.request('/api/files/sub')).status).toBe(404)

  // A second request with the ETag is answered with 304.
  const first = await relay.request('/api/files/')
  const again = { 'If-None-Match': first.headers.get('etag') ?? '' }
  expect((await relay.request('/api/files/', 'GET', undefined, again)).status).toBe(304)
  await writeFile(at('new.txt'), '')
  expect((await relay.request('/api/files/', 'GET', undefined, again)).status).toBe(200)
})

test('a list is limited in length, and a file in size', async () => {
  relay = await TestRelay.start({ 'near.txt': 'x' })
  await mkdir(join(relay.folder, 'many'))
  for (let i = 0; i < 2100; i++) await writeFile(join(relay.folder, 'many', `${i}`), '')
  await mkdir(join(relay.folder, 'many', 'deeper'))
  const all = await list()
  expect(all.files[0]?.path).toBe('near.txt')
  expect(all.more).toBe(true)
  expect(all.files.length).toBeLessThan(2100)
  await writeFile(join(relay.folder, 'huge.bin'), '')
  await truncate(join(relay.folder, 'huge.bin'), (512 << 20) + 1)
  expect(await codeOf(await relay.request('/api/files/huge.bin'))).toEqual([413, 'too_large'])
})

test('a file is served without its type, in a sandbox and as a download', async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251)
  relay = await TestRelay.start({ 'page.html': '<script>alert(1)</script>', 'empty.txt': '' })
  await writeFile(join(relay.folder, 'bytes.bin'), bytes)
  for (const [path, length] of [
    ['page.html', 25],
    ['bytes.bin', 300_000],
    ['empty.txt', 0],
  ] as const) {
    const answer = await relay.request(`/api/files/${path}`)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-length': String(length),
    })
    expect((await answer.arrayBuffer()).byteLength).toBe(length)
    const head = await relay.request(`/api/files/${path}`, 'HEAD')
    expect(head.headers.get('etag')).toBe(answer.headers.get('etag'))
    const again = { 'If-None-Match': answer.headers.get('etag') ?? '' }
    expect((await relay.request(`/api/files/${path}`, 'GET', undefined, again)).status).toBe(304)
  }
  expect(new Uint8Array(await (await relay.request('/api/files/bytes.bin')).arrayBuffer())).toEqual(bytes)
})

test('PUT creates a file, and replaces one only if its version is named', async () => {
  relay = await TestRelay.start({ 'data.csv': 'theirs' })
  const made = await put('out/new%20one.txt', 'made')
  expect(made.status).toBe(201)
  expect(await relay.file('out/new one.txt')).toBe('made')
  expect(made.headers.get('etag')).toBe(
    `"${(await list()).files.find(({ path }) => path === 'out/new one.txt')?.tag}"`,
  )

  expect(await codeOf(await put('data.csv', 'mine'))).toEqual([409, 'exists'])
  const tag = (await relay.request('/api/files/data.csv')).headers.get('etag') ?? ''
  await writeFile(join(relay.folder, 'data.csv'), 'changed since')
  expect(await codeOf(await put('data.csv', 'mine', { 'If-Match': tag }))).toEqual([412, 'other_version'])
  expect(await codeOf(await put('data.csv', 'mine', { 'If-Match': 'data' }))).toEqual([400, 'bad_request'])
  expect(await codeOf(await put('gone.csv', 'mine', { 'If-Match': tag }))).toEqual([412, 'other_version'])
  expect(await relay.file('data.csv')).toBe('changed since')
  const now = (await relay.request('/api/files/data.csv')).headers.get('etag') ?? ''
  const replaced = await put('data.csv', 'mine', { 'If-Match': now })
  expect([replaced.status, await relay.file('data.csv')]).toEqual([200, 'mine'])
  expect(replaced.headers.get('etag')).not.toBe(now)
  expect((await put('data.csv', 'anyway', { 'If-Match': '*' })).status).toBe(200)
  expect(await relay.file('data.csv')).toBe('anyway')

  // Of two at once, one is refused.
  const both = await Promise.all([put('race.txt', 'one'), put('race.txt', 'two')])
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
  const won = both[0]?.status === 201 ? 'one' : 'two'
  expect(await relay.file('race.txt')).toBe(won)
  expect((await readdir(relay.folder)).filter((name) => name.endsWith('-new'))).toEqual([])
})

test('PUT never writes a notebook, folder, hidden or too large file, or for another origin', async () => {
  const notebook = notebookText('1')
  relay = await TestRelay.start({ 'a.ipynb': notebook })
  await mkdir(join(relay.folder, 'sub'))
  await symlink(join(relay.folder, 'a.ipynb'), join(relay.folder, 'alias.txt'))
  const replace = { 'If-Match': '*' }
  for (const path of [
    'a.ipynb',
    'A.IPYNB',
    'new.ipynb',
    'alias.txt',
    'sub',
    '.env',
    '.llm-notebook/ids.json',
    'sub/',
  ])
    for (const headers of [{}, replace])
      expect([path, (await put(path, '{}', headers)).status]).toEqual([path, path === 'sub/' ? 405 : 400])
  expect(await relay.file('a.ipynb')).toBe(notebook)
  expect(await codeOf(await put('x.txt', 'x', { Origin: 'http://evil.example' }))).toEqual([
    403,
    'wrong_origin',
  ])
  expect((await relay.request('/api/files/a.ipynb', 'DELETE')).status).toBe(405)
  expect(await codeOf(await put('big.bin', new Uint8Array((64 << 20) + 1)))).toEqual([413, 'too_large'])
  expect((await readdir(relay.folder)).sort()).toEqual(['.llm-notebook', 'a.ipynb', 'alias.txt', 'sub'])
})
