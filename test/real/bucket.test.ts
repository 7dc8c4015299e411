// Notebooks in a bucket, on a real S3 server: the contracts of its home, what people see while it fails, and
// two relays on one bucket.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import { openHome } from '../../relay/home.ts'
import type { BucketSettings, HomeSettings } from '../../relay/home-settings.ts'
import { startRelay } from '../../relay/main.ts'
import { SqliteLog } from '../../relay/log/sqlite.ts'
import { findS3Server } from '../../scripts/s3-server.js'
import type { FileStatus } from '../../shared/presence.ts'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { HomeUnderTest } from '../contract/home.ts'
import { describeNotebookFiles } from '../contract/notebook-files.ts'
import { describeFolders } from '../contract/folders.ts'
import { describePlainFiles } from '../contract/plain-files.ts'
import { describeSearch } from '../contract/search.ts'
import { BucketServer } from '../support/bucket-server.ts'
import { newFolder, notebookText, settingsFor, TestRelay, relayPresenceOf } from '../support/relay.ts'
import { soon } from '../support/soon.ts'
import { readSources, sourceAt } from '../support/sources.ts'

describe.skipIf(findS3Server() === undefined)('a bucket', () => {
  let server: BucketServer
  beforeAll(async () => {
    server = await BucketServer.start()
  })
  afterAll(() => server.end())

  const relays: TestRelay[] = []
  afterEach(async () => {
    server.goOn()
    for (const relay of relays.splice(0)) await relay.stop()
  })

  const home = (folder: string, bucket: BucketSettings): HomeSettings => ({
    type: 'bucket',
    bucket,
    data: join(folder, 'data'),
  })

  const bucketHome = async (): Promise<HomeUnderTest> => {
    const [folder, prefix] = [await newFolder(), randomUUID()]
    const opened = await openHome(home(folder, server.settings(prefix)))
    const log = await SqliteLog.open(opened.log)
    return {
      open: async () => opened.open(log.file),
      write: (path, text) => server.client.putObject(`${prefix}/${path}`, text),
      remove: (path) => server.client.deleteObject(`${prefix}/${path}`),
      end: async () => {
        await log.close()
        await rm(folder, { recursive: true })
      },
    }
  }
  describeNotebookFiles('bucket', bucketHome)
  describePlainFiles('bucket', bucketHome)
  describeFolders('bucket', bucketHome)
  describeSearch('bucket', bucketHome)

  const times = { quiet: 20, atMost: 50, settle: 20, pause: 50, longPause: 50, retry: 50, retryAtMost: 200 }
  const start = async (prefix: string, change: Partial<BucketSettings> = {}): Promise<TestRelay> => {
    const relay = await TestRelay.start({}, { times, linger: 10 }, (folder) => ({
      home: home(folder, server.settings(prefix, change)),
    }))
    relays.push(relay)
    return relay
  }
  const stored = async (prefix: string, path: string): Promise<string> =>
    (await server.client.getObject(`${prefix}/${path}`)) ?? ''
  const told = (provider: WebsocketProvider): FileStatus | undefined => relayPresenceOf(provider)?.file

  test('that is killed while people type is reported, and has every word once it is back', async () => {
    const prefix = randomUUID()
    const relay = await start(prefix)
    await server.client.putObject(`${prefix}/a.ipynb`, notebookText('one', 'two'))
    await server.client.putObject(`${prefix}/known.ipynb`, notebookText('three'))
    expect((await relay.request('/api/notebooks/known.ipynb')).status).toBe(200)
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    for (let i = 0; i < 50; i++) {
      if (i === 10) await server.kill()
      sourceAt(ana.doc, 0).insert(0, `w${i} `)
      if (i === 10) await expect.poll(() => told(ben)?.status, soon).toBe('failed')
    }
    const words = Array.from({ length: 50 }, (_, i) => `w${49 - i}`).join(' ')
    await expect.poll(() => readSources(ben.doc)[0], soon).toBe(`${words} one`)
    expect(told(ben)).toMatchObject({ status: 'failed', reason: 'the bucket does not answer: ECONNREFUSED' })
    // A notebook in the log is opened from there.
    const carl = await relay.synced('known.ipynb')
    sourceAt(carl.doc, 0).insert(0, 'meanwhile ')
    await expect.poll(() => told(carl)?.status, soon).toBe('failed')
    // An unknown one can neither be opened nor created meanwhile, and both give the reason.
    const made = await relay.request('/api/notebooks', 'POST', { path: 'b.ipynb' })
    expect([made.status, await made.json()]).toEqual([
      507,
      { error: { code: 'disk', message: expect.stringContaining('does not answer') } },
    ])
    expect(await relay.socket('b.ipynb').closed).toEqual({
      code: 1011,
      reason: 'the notebook could not be opened: the bucket does not answer: ECONNREFUSED',
    })
    await server.run()
    await expect.poll(() => told(ben)?.status, { timeout: 20_000 }).toBe('written')
    expect(await stored(prefix, 'a.ipynb')).toContain(`${words} one`)
    await expect.poll(() => stored(prefix, 'known.ipynb'), { timeout: 20_000 }).toContain('meanwhile three')
  })

  test('that hangs does not block editing, and the next start writes what a crash left behind', async () => {
    const prefix = randomUUID()
    const relay = await start(prefix)
    await server.client.putObject(`${prefix}/a.ipynb`, notebookText('one'))
    const ana = await relay.synced('a.ipynb')
    await expect.poll(() => told(ana)?.status, soon).toBe('written')
    server.hang()
    sourceAt(ana.doc, 0).insert(0, 'while it hangs ')
    const ben = await relay.synced('a.ipynb')
    expect(readSources(ben.doc)).toEqual(['while it hangs one'])
    await expect
      .poll(() => told(ben), { timeout: 20_000 })
      .toMatchObject({ status: 'failed', reason: 'the bucket does not answer' })
    await server.kill()
    for (const { provider } of [{ provider: ana }, { provider: ben }]) provider.destroy()
    await relay.pause()
    await server.run()
    await relay.resume({ times })
    await expect.poll(() => stored(prefix, 'a.ipynb'), { timeout: 20_000 }).toContain('while it hangs one')
  })

  test('used by two relays gets what people write at each, and so do both relays', async () => {
    const prefix = randomUUID()
    await server.client.putObject(`${prefix}/a.ipynb`, notebookText('one', 'two'))
    const [here, there] = [await start(prefix), await start(prefix)]
    const [ana, ben] = [await here.synced('a.ipynb'), await there.synced('a.ipynb')]
    for (let i = 0; i < 20; i++) {
      sourceAt(ana.doc, 0).insert(0, `a${i} `)
      sourceAt(ben.doc, 1).insert(0, `b${i} `)
      // Let each update be sent by itself, so that many writes meet.
      await new Promise((resolve) => setImmediate(resolve))
      if (i % 5 === 0) await expect.poll(() => told(ana)?.status, { timeout: 20_000 }).toBe('written')
    }
    const of = (letter: string): string =>
      Array.from({ length: 20 }, (_, i) => `${letter}${19 - i}`).join(' ')
    const both = [`${of('a')} one`, `${of('b')} two`]
    await expect.poll(() => readSources(ben.doc), { timeout: 30_000 }).toEqual(both)
    await expect.poll(() => readSources(ana.doc), { timeout: 30_000 }).toEqual(both)
    for (const provider of [ana, ben])
      await expect.poll(() => told(provider)?.status, { timeout: 20_000 }).toBe('written')
    const text = await stored(prefix, 'a.ipynb')
    for (const source of both) expect(text).toContain(source)
  })

  test('that cannot be used is reported at the start', async () => {
    const folder = await newFolder()
    const problem = async (change: Partial<BucketSettings>, prefix = 'x'): Promise<string> => {
      const settings = settingsFor(folder, { home: home(folder, server.settings(prefix, change)) })
      return startRelay(settings).then(
        async (relay) => {
          await relay.close()
          return 'started'
        },
        (error: unknown) => String(error),
      )
    }
    expect(await problem({ secret: 'wrong' })).toContain('the bucket refuses: 403 SignatureDoesNotMatch')
    expect(await problem({ bucket: 'none' })).toContain('there is no bucket none')
    expect(await problem({})).toBe('started')
    expect(await problem({}, 'another')).toContain('DATA_DIR has the log of s3://notebooks/x')
    await rm(folder, { recursive: true })
  })
})
