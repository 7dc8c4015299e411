import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import * as encoding from 'lib0/encoding'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { soon } from '../../support/soon.ts'
import { syncFile } from '../../../relay/log/sync-file.ts'
import { SqliteLog } from '../../../relay/log/sqlite.ts'
import { takeLock } from '../../../relay/log/lock.ts'
import { describeDocumentCatalogue } from '../../contract/document-catalogue.ts'
import { describeRevisions } from '../../contract/revisions.ts'
import { describeUpdateLog } from '../../contract/update-log.ts'
import { historyOf } from '../../support/history-of.ts'

const folders: string[] = []
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'llm-notebook-log-'))
  folders.push(folder)
  return join(folder, 'log.sqlite')
}
const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

for (const describeIt of [describeUpdateLog, describeDocumentCatalogue, describeRevisions])
  describeIt('sqlite', () => {
    const file = newFile()
    return {
      open: () => SqliteLog.open(file),
      reopen: async (log) => {
        await log.close()
        return SqliteLog.open(file)
      },
      end: async () => removeFolders(),
    }
  })

describe('SqliteLog', () => {
  let file: string
  beforeEach(() => {
    file = newFile()
  })
  afterEach(removeFolders)

  const row = (byte: number) => ({ docId: 'a', time: 1, user: '', client: 0, bytes: new Uint8Array([byte]) })

  test('reports synced only after fsync, and syncs once for all that wait', async () => {
    const waiting: (() => void)[] = []
    let held = false
    let syncs = 0
    const log = await SqliteLog.open(file, {
      sync: async (descriptor) => {
        syncs++
        if (held) await new Promise<void>((resolve) => waiting.push(resolve))
        await syncFile(descriptor)
      },
    })
    held = true
    const before = syncs
    await log.updates.append([row(1)])
    const said: number[] = []
    const first = log.updates.synced().then(() => said.push(1))
    await log.updates.append([row(2)])
    const others = [2, 3, 4].map((n) => log.updates.synced().then(() => said.push(n)))
    await log.updates.load('a')
    expect(said).toEqual([])
    waiting.shift()?.()
    await first
    expect(said).toEqual([1])
    await expect.poll(() => waiting.length, soon).toBe(1)
    waiting.shift()?.()
    await Promise.all(others)
    expect(said).toEqual([1, 2, 3, 4])
    expect(syncs - before).toBe(2)
    held = false
    await log.close()
  })

  test('rejects while the disk fails, and syncs again once it works', async () => {
    let broken = false
    const log = await SqliteLog.open(file, {
      sync: (descriptor) => (broken ? Promise.reject(new Error('the disk is gone')) : syncFile(descriptor)),
    })
    broken = true
    await log.updates.append([row(1)])
    await expect(log.updates.synced()).rejects.toThrow('the disk is gone')
    await expect(log.updates.synced()).rejects.toThrow('the disk is gone')
    broken = false
    await log.updates.synced()
    expect(await log.updates.load('a')).toHaveLength(1)
    await log.close()
  })

  test('can be written while checkpoints run in their thread', async () => {
    const log = await SqliteLog.open(file)
    const big = new Uint8Array(200_000).fill(5)
    for (let i = 0; i < 150; i++) {
      await log.updates.append([{ ...row(0), bytes: big }])
      if (i % 10 === 0) await log.updates.synced()
    }
    await log.updates.synced()
    expect(await log.updates.load('a')).toHaveLength(150)
    await log.close()
    const again = await SqliteLog.open(file)
    expect(await again.updates.load('a')).toHaveLength(150)
    await again.close()
  })

  test('refuses a log of another version and leaves it unchanged', async () => {
    const log = await SqliteLog.open(file)
    await log.updates.append([row(1)])
    await log.close()
    const database = new Database(file)
    database.pragma('user_version = 99')
    database.close()
    await expect(SqliteLog.open(file)).rejects.toThrow('another version')
  })

  test('opens a log from before the history had columns, and continues it', async () => {
    const old = new Database(file)
    old.exec(`CREATE TABLE updates(docId TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL, user TEXT NOT NULL,
        client INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(docId, seq)) WITHOUT ROWID;
      CREATE TABLE chunks(docId TEXT NOT NULL, lastSeq INTEGER NOT NULL, packed BLOB NOT NULL, PRIMARY KEY(docId, lastSeq));
      CREATE TABLE versions(seq INTEGER PRIMARY KEY AUTOINCREMENT, docId TEXT NOT NULL, at INTEGER NOT NULL,
        name TEXT NOT NULL, by TEXT NOT NULL, time INTEGER NOT NULL);
      INSERT INTO versions(docId, at, name, by, time) VALUES('a', 1, 'of before', 'Ana', 4);
      PRAGMA user_version = 2`)
    // Rows in sequence: time, user, client, bytes.
    const rows = encoding.encode((encoder) => {
      for (const [time, user] of [
        [1_763_680_000_123, 'Ana'],
        [1_763_680_001_000, 'Ben'],
      ] as const) {
        encoding.writeVarUint(encoder, time)
        encoding.writeVarString(encoder, user)
        encoding.writeVarUint(encoder, 7)
        encoding.writeVarUint8Array(encoder, new Uint8Array([1, 2]))
      }
    })
    // Such a log never gives back disk space.
    const put = old.prepare("INSERT INTO updates VALUES('b', ?, 1, '', 0, ?)")
    for (let seq = 1000; seq < 1200; seq++) put.run([seq, new Uint8Array(9_000)])
    old.exec("DELETE FROM updates WHERE docId = 'b'")
    old
      .prepare('INSERT INTO chunks(docId, lastSeq, packed) VALUES(?, ?, ?)')
      .run(['a', 2, deflateRawSync(rows)])
    old.close()

    expect(statSync(file).size).toBeGreaterThan(1_800_000)
    let log = await SqliteLog.open(file)
    const first = {
      docId: 'a',
      time: 1_763_680_000_123,
      user: 'Ana',
      client: 7,
      bytes: new Uint8Array([1, 2]),
    }
    const second = { ...first, time: 1_763_680_001_000, user: 'Ben' }
    expect(await historyOf(log.updates, 'a')).toEqual([first, second])
    expect((await log.updates.sessions('a')).map(({ writers }) => writers[0]?.user)).toEqual(['Ana', 'Ben'])
    const third = { ...first, time: 1_763_680_900_000, bytes: new Uint8Array([3]) }
    await log.updates.append([third])
    await log.updates.compact('a', new Uint8Array([9]))
    await log.updates.nameVersion('a', { at: 2, name: 'named', by: 'Ana', user: null, time: 5 })
    await log.close()
    log = await SqliteLog.open(file)
    expect(await historyOf(log.updates, 'a')).toEqual([first, second, third])
    expect((await log.updates.sessions('a')).map(({ count }) => count)).toEqual([1, 1, 1])
    expect(await log.updates.versions('a')).toEqual([
      { at: 1, name: 'of before', by: 'Ana', user: null, time: 4 },
      { at: 2, name: 'named', by: 'Ana', user: null, time: 5 },
    ])
    expect(await log.updates.people()).toEqual(new Map())
    await log.close()
    expect(statSync(file).size).toBeLessThan(200_000)
  })

  test('has one lock for a folder, which can be taken again after its release', () => {
    const lock = join(file, '..', 'lock.sqlite')
    const unlock = takeLock(lock)
    expect(unlock).not.toBeNull()
    expect(takeLock(lock)).toBeNull()
    unlock?.()
    const again = takeLock(lock)
    expect(again).not.toBeNull()
    again?.()
  })
})
