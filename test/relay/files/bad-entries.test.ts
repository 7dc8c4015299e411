// A bad entry in the folder is reported with its reason and does not affect anything else.
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'

let relay: TestRelay | null = null
const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
  await relay?.stop()
  relay = null
})

/** Drops root's rights meanwhile, so that file modes have an effect. */
const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

const reasons = (list: readonly { path: string; reason?: string }[]): Record<string, string | null> =>
  Object.fromEntries(list.map(({ path, reason }) => [path, reason ?? null]))

test('pipes, sockets, circular symlinks and unreadable files are listed with a reason', async () => {
  const here = (relay = await TestRelay.start(
    {
      'good.ipynb': notebookText('x'),
      'secret.ipynb': notebookText('y'),
    },
    { idle: 1 },
  ))
  // The log's thread has opened its files with the present rights.
  await expect
    .poll(async () => (await stat(join(here.folder, '.llm-notebook/log.sqlite-wal'))).size, soon)
    .toBe(0)
  const at = (name: string): string => join(here.folder, name)
  await chmod(here.folder, 0o755)
  spawnSync('mkfifo', [at('pipe.ipynb')])
  await symlink('circle.ipynb', at('circle.ipynb'))
  await symlink('nothing', at('dangling.ipynb'))
  await symlink('/etc/passwd', at('outside.ipynb'))
  await mkdir(at('folder'))
  await symlink('folder', at('linked.ipynb'))
  await symlink('pipe.ipynb', at('to a pipe.ipynb'))
  await mkdir(at('closed'))
  await writeFile(at('closed/in.ipynb'), notebookText('z'))
  await symlink('..', at('folder/up'))
  await writeFile(at('why?.ipynb'), notebookText('z'))
  const long = 'é'.repeat(120)
  for (const name of [
    'say "hi".ipynb',
    ' blank.ipynb',
    `${long}.ipynb`,
    'bell\u0007.ipynb',
    'bell\u0007.csv',
  ])
    await writeFile(at(name), notebookText('z'))
  // As an old archive names them.
  for (const name of ['caf\xe9.ipynb', 'caf\xe9.csv'])
    await writeFile(
      Buffer.concat([Buffer.from(`${here.folder}/`), Buffer.from(name, 'latin1')]),
      notebookText('z'),
    )
  const socket = createServer().listen(at('socket.ipynb'))
  ended.push(() => socket.close())
  for (const name of ['closed', 'secret.ipynb']) {
    await chmod(at(name), 0)
    ended.push(() => chmod(at(name), 0o755))
  }
  const expected = {
    'circle.ipynb': 'its symlinks lead in a circle',
    closed: 'the relay may not read it',
    'dangling.ipynb': 'its symlink leads to nothing',
    'outside.ipynb': 'a symlink leads out of the folder',
    'good.ipynb': null,
    'linked.ipynb': 'it is no regular file',
    'pipe.ipynb': 'it is no regular file',
    'secret.ipynb': 'the relay may not read it',
    'socket.ipynb': 'it is no regular file',
    'to a pipe.ipynb': 'it is no regular file',
    'why?.ipynb': 'its name has a ?, which other systems forbid',
    'say "hi".ipynb': 'its name has a ", which other systems forbid',
    ' blank.ipynb': 'its name begins or ends with a blank',
    'bell\u0007.ipynb': 'its name has a character that cannot be seen',
    'caf\ufffd.ipynb': 'its name is not UTF-8 text',
    [`${long}.ipynb`]: 'its name has 246 bytes; a name has at most 200',
  }
  const statuses = async (): Promise<unknown> => {
    const list = await here.request('/api/notebooks')
    expect(list.status).toBe(200)
    expect(reasons((await list.json()) as { path: string }[])).toEqual(expected)
    const files = await here.request('/api/files/')
    expect(files.status).toBe(200)
    expect(await files.json()).toMatchObject({
      unnamed: expect.arrayContaining([
        { path: 'bell\u0007.csv', reason: 'its name has a character that cannot be seen' },
        { path: 'caf\ufffd.csv', reason: 'its name is not UTF-8 text' },
      ]),
    })
    const paths = ['pipe.ipynb', 'circle.ipynb', 'linked.ipynb', 'socket.ipynb', 'secret.ipynb']
    return Promise.all(paths.map(async (path) => (await here.request(`/api/notebooks/${path}`)).status))
  }
  expect(await asNobody(statuses)).toEqual([422, 422, 422, 422, 422])
  expect((await here.request('/api/notebooks/good.ipynb')).status).toBe(200)
  expect((await here.socket('pipe.ipynb').closed).reason).toMatch(/no regular file/)
  expect((await here.socket('outside.ipynb').closed).reason).toMatch(/leads out of the folder/)
  for (const path of ['pipe.ipynb', 'circle.ipynb', 'closed/x/y'])
    expect([path, (await asNobody(() => here.request(`/api/files/${path}`))).status]).toEqual([
      path,
      path === 'pipe.ipynb' ? 404 : 422,
    ])
  // A start inspects all of them, and a stop waits for none.
  await here.restart()
  expect(reasons((await (await here.request('/api/notebooks')).json()) as { path: string }[])).toMatchObject({
    'pipe.ipynb': 'it is no regular file',
    'good.ipynb': null,
  })
})

test('a path that would not be listed is refused with a reason', async () => {
  const here = (relay = await TestRelay.start({ 'a.txt': 'x', 'a.ipynb': notebookText('x') }))
  const make = async (path: string): Promise<unknown> => {
    const made = await here.request('/api/notebooks', 'POST', { path })
    const renamed = await here.request('/api/notebooks/a.ipynb', 'PATCH', { path })
    return [made.status, renamed.status]
  }
  const deep = (levels: number): string => `${'d/'.repeat(levels)}a`
  for (const path of [
    'node_modules/a',
    'sub/__pycache__/a',
    deep(13),
    'a\u202egnp',
    'a\u2066b',
    'a\u200bb',
    'a\u2028b',
    'a\u0007',
    'a\u0085b',
    'a.txt/x',
    'x'.repeat(300),
    `${'long name/'.repeat(200)}a`,
  ])
    expect([path, await make(path)]).toEqual([path, [400, 400]])
  expect((await here.request('/api/notebooks', 'POST', { path: deep(12) })).status).toBe(201)
  const listed = (await (await here.request('/api/notebooks')).json()) as { path: string }[]
  expect(listed.map(({ path }) => path)).toContain(`${deep(12)}.ipynb`)
  for (const [path, status] of [
    ['/api/files/a.txt/x', 400],
    ['/api/files/node_modules/x.csv', 400],
    ['/api/files/x%E2%80%AEvsc', 400],
    [`/api/files/${'x'.repeat(300)}`, 400],
  ] as const)
    expect([path, (await here.request(path, 'PUT', 'x')).status]).toEqual([path, status])
  const long = 'x'.repeat(5000)
  for (const path of [
    '/api/notebooks/a.txt/x.ipynb',
    '/api/files/a.txt/x',
    `/${long}`,
    `/assets/${long}`,
    `/api/notebooks/${long}.ipynb`,
    `/api/${long}`,
    `/pypi/simple/${long}/`,
  ])
    expect([path, Math.floor((await here.request(path)).status / 100)]).toEqual([path, 4])
  expect((await here.request(`/${'x'.repeat(100_000)}`)).status).toBe(431)
  expect((await here.socket(`${long}.ipynb`).closed).code).toBe(4404)
})

test('a file that can be opened under two paths is opened under the listed one', async () => {
  const here = (relay = await TestRelay.start())
  await mkdir(join(here.folder, 'sub'))
  await writeFile(join(here.folder, 'sub/a.ipynb'), notebookText('x'))
  // Like a file system that ignores case: two paths to one file, only one of which is listed.
  await symlink('sub', join(here.folder, 'SUB'))
  const answer = await here.request('/api/notebooks/SUB/a.ipynb')
  expect([answer.status, answer.headers.get('location')]).toEqual([307, '/api/notebooks/sub/a.ipynb'])
  expect(await here.socket('SUB/a.ipynb').closed).toEqual({ code: 4410, reason: 'sub/a.ipynb' })
  expect(readSources((await here.synced('sub/a.ipynb')).doc)).toEqual(['x'])
})

test('a notebook with a damaged log does not delay others, even after a crash', async () => {
  const quick = { times: { quiet: 20, atMost: 100 } }
  const here = (relay = await TestRelay.start(
    { 'a.ipynb': notebookText('a'), 'b.ipynb': notebookText('b') },
    quick,
  ))
  const late: [string, Uint8Array][] = []
  for (const name of ['a', 'b']) {
    const { doc } = await here.synced(`${name}.ipynb`)
    const before = Y.encodeStateVector(doc)
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
    sourceAt(copy, 0).insert(0, 'late ')
    late.push([`${name}.ipynb`, Y.encodeStateAsUpdate(copy, before)])
  }
  await here.pause()
  // As a crash leaves it: in the log, but not in the file yet.
  const database = new Database(join(here.folder, '.llm-notebook/log.sqlite'))
  for (const [index, [path, update]] of late.entries()) {
    const sql = "INSERT INTO updates SELECT docId, ?, ?, '', 0, ? FROM documents WHERE path = ?"
    database.prepare(sql).run([100 + index, Date.now() + 1000, update, path])
  }
  database.exec("INSERT INTO checkpoints SELECT docId, 1, x'ff', 1 FROM documents WHERE path = 'a.ipynb'")
  database.close()
  await here.resume(quick)
  await expect.poll(() => here.file('b.ipynb'), soon).toContain('late b')
  expect((await here.socket('a.ipynb').closed).code).toBe(1011)
  expect(await here.file('a.ipynb')).toBe(notebookText('a'))
  expect((await here.request('/api/notebooks')).status).toBe(200)
})
