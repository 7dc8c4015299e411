// The homes that need no server: a folder and a SQLite file.
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import Database from 'libsql'
import { afterEach, describe, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import { parseSettings } from '../../../relay/config.ts'
import { openHome } from '../../../relay/home.ts'
import { nameOfHome, type HomeSettings } from '../../../relay/home-settings.ts'
import { SqliteLog } from '../../../relay/log/sqlite.ts'
import type { HomeUnderTest } from '../../contract/home.ts'
import { describeFolders } from '../../contract/folders.ts'
import { describeNotebookFiles } from '../../contract/notebook-files.ts'
import { describePlainFiles } from '../../contract/plain-files.ts'
import { describeSearch } from '../../contract/search.ts'
import { newFolder, notebookText, TestRelay, relayPresenceOf } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

const opened = async (
  settings: HomeSettings,
  folder: string,
): Promise<Pick<HomeUnderTest, 'open' | 'end'>> => {
  const home = await openHome(settings)
  const log = await SqliteLog.open(home.log)
  return {
    open: async () => home.open(log.file),
    end: async () => {
      await log.close()
      await rm(folder, { recursive: true })
    },
  }
}

const folderHome = async (): Promise<HomeUnderTest> => {
  const folder = await newFolder()
  return {
    ...(await opened({ type: 'folder', path: folder }, folder)),
    write: async (path, text) => {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    },
    remove: (path) => rm(join(folder, path)),
  }
}

/** Runs SQL on the file as another program would. */
const sql = (file: string, statement: string, ...values: string[]): unknown[] => {
  const database = new Database(file, { timeout: 5000 })
  try {
    return database.prepare(statement).all(values)
  } finally {
    database.close()
  }
}
const put =
  'INSERT INTO files(path, content) VALUES(?, ?) ON CONFLICT(path) DO UPDATE SET content = excluded.content'

const sqliteHome = async (): Promise<HomeUnderTest> => {
  const folder = await newFolder()
  const file = join(folder, 'n.db')
  return {
    ...(await opened({ type: 'sqlite', file }, folder)),
    // As text, the way it is when somebody types SQL.
    write: async (path, text) => sql(file, put, path, text),
    remove: async (path) => sql(file, 'DELETE FROM files WHERE path = ?', path),
  }
}

describeNotebookFiles('folder', folderHome)
describePlainFiles('folder', folderHome)
describeFolders('folder', folderHome)
describeSearch('folder', folderHome)
describeNotebookFiles('sqlite', sqliteHome)
describePlainFiles('sqlite', sqliteHome)
describeFolders('sqlite', sqliteHome)
describeSearch('sqlite', sqliteHome)

describe('a relay with its notebooks in a SQLite file', () => {
  let relay: TestRelay
  afterEach(() => relay.stop())

  const quick = { times: { quiet: 20, atMost: 50, settle: 20, pause: 20, longPause: 20 } }
  const file = (): string => join(relay.folder, 'n.db')
  const stored = (path: string): string => {
    const [row] = sql(file(), 'SELECT CAST(content AS TEXT) AS text FROM files WHERE path = ?', path)
    return (row as { text: string } | undefined)?.text ?? ''
  }
  const status = (provider: WebsocketProvider): string | undefined => relayPresenceOf(provider)?.file.status

  test('stores everything in it: edits, another program’s writes, the bin, and other files', async () => {
    relay = await TestRelay.start({}, quick, (folder) => ({
      home: { type: 'sqlite', file: join(folder, 'n.db') },
    }))
    expect(stored('welcome.ipynb')).toContain('nbformat')
    const content = notebookText('one', 'two')
    expect((await relay.request('/api/notebooks', 'POST', { path: 'sub/a.ipynb', content })).status).toBe(201)
    const ana = await relay.synced('sub/a.ipynb')
    sourceAt(ana.doc, 0).insert(0, 'typed ')
    await expect.poll(() => stored('sub/a.ipynb'), soon).toContain('typed one')
    await expect.poll(() => status(ana), soon).toBe('written')
    sql(file(), "UPDATE files SET content = replace(content, 'two', 'two theirs') WHERE path = 'sub/a.ipynb'")
    await expect.poll(() => readSources(ana.doc), soon).toEqual(['typed one', 'two theirs'])
    // Moved by SQL, like a file in a folder.
    sql(file(), "UPDATE files SET path = 'b.ipynb' WHERE path = 'sub/a.ipynb'")
    await expect
      .poll(async () => (await relay.request('/api/notebooks/sub/a.ipynb')).headers.get('location'), soon)
      .toBe('/api/notebooks/b.ipynb')
    const saved = await relay.request('/api/files/data.csv', 'PUT', 'x,y')
    expect([saved.status, stored('data.csv')]).toEqual([201, '"x,y"'])
    expect((await relay.request('/api/notebooks/welcome.ipynb', 'DELETE')).status).toBe(204)

    await relay.restart(quick)
    const list = (await (await relay.request('/api/notebooks')).json()) as { path: string }[]
    expect(list.map(({ path }) => path)).toEqual(['b.ipynb'])
    const ben = await relay.synced('b.ipynb')
    expect(readSources(ben.doc)).toEqual(['typed one', 'two theirs'])
    const [deleted] = (await (await relay.request('/api/bin')).json()) as { entry: string; path: string }[]
    expect(deleted?.path).toBe('welcome.ipynb')
    const back = await relay.request(`/api/bin/${deleted?.entry}`, 'POST')
    expect([back.status, stored('welcome.ipynb').length > 1000]).toEqual([200, true])
    expect(await (await relay.request('/api/files/data.csv')).text()).toBe('"x,y"')
    await relay.pause()
    // What is beside it can be recreated.
    await rm(`${file()}-data`, { recursive: true })
    await relay.resume(quick)
    expect(readSources((await relay.synced('b.ipynb')).doc)).toEqual(['typed one', 'two theirs'])
    expect((await stat(file())).size).toBeGreaterThan(10_000)
  })
})

describe('the home of the notebooks', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }
  test.each([
    ['./x', {}, './x'],
    ['C:/notebooks', {}, 'C:/notebooks'],
    ['sqlite:./x.db', {}, 'sqlite:./x.db'],
    ['s3://bucket', keys, 's3://bucket'],
    ['s3://bucket/team/a/', { ...keys, AWS_ENDPOINT_URL: 'http://localhost:9000/' }, 's3://bucket/team/a'],
  ])('can be set to %s', (text, env, name) => {
    for (const parsed of [parseSettings([text], env), parseSettings([], { ...env, NOTEBOOKS_DIR: text })])
      expect(parsed.ok && nameOfHome(parsed.value.home)).toBe(name)
  })
  test.each([
    ['sqlite:', {}, 'followed by a file'],
    ['sqlite://host/x.db', {}, 'followed by a file'],
    ['postgres://host/db', {}, 'is a folder, sqlite:FILE or s3://BUCKET/PREFIX'],
    ['s3://bucket', {}, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
    ['s3://bucket', { ...keys, AWS_SESSION_TOKEN: 't' }, 'temporary credentials'],
    ['s3:bucket', keys, 's3://BUCKET'],
    ['s3://Bad_Bucket', keys, 's3://BUCKET'],
    ['s3://bucket/a//b', keys, 's3://BUCKET'],
    ['s3://bucket', { ...keys, AWS_ENDPOINT_URL: 'localhost:9000' }, 'AWS_ENDPOINT_URL'],
    ['s3://bucket', { ...keys, S3_POLL_SECONDS: 'often' }, 'S3_POLL_SECONDS'],
  ])('cannot be set to %s with %j', (text, env, problem) => {
    const parsed = parseSettings([text], env)
    expect(parsed.ok ? 'taken' : parsed.problem).toContain(problem)
  })
})
