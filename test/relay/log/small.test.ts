// The log is small while nobody writes: after a long time of typing, and after the relay was killed in the
// middle.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fstatSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { syncFile } from '../../../relay/log/sync-file.ts'
import { SqliteLog } from '../../../relay/log/sqlite.ts'
import { maxRevisions } from '../../../relay/log/revisions.ts'
import type { LoggedUpdate } from '../../../relay/log/update-log.ts'
import { Random } from '../../support/random.ts'
import { soon } from '../../support/soon.ts'
import { historyOf } from '../../support/history-of.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-notebook-log-'))
  file = join(folder, 'log.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const onDisk = (): number =>
  ['', '-wal', '-shm'].reduce(
    (sum, end) => sum + (statSync(file + end, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
const row = (bytes: Uint8Array): LoggedUpdate => ({
  docId: 'a',
  time: Date.now(),
  user: 'Ana',
  client: 7,
  bytes,
})

const keystrokes = 50_000
const letters = 'abcdefghijklmnopqrstuvwxyz  \n_=().,0123456789'

/**
 * A document of many cells in which somebody types, corrects and continues elsewhere after at most `atMost`
 * characters; and each update.
 */
const type = (
  random: Random,
  atMost: number,
): { readonly doc: Y.Doc; readonly updates: readonly Uint8Array[] } => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  while (updates.length < keystrokes) {
    const text = doc.getText(`cell ${random.below(30)}`)
    let at = random.below(text.length + 1)
    for (let left = 1 + random.below(atMost); left > 0 && updates.length < keystrokes; left--) {
      if (at > 0 && random.below(12) === 0) text.delete(--at, 1)
      else text.insert(at++, letters[random.below(letters.length)] ?? ' ')
    }
  }
  return { doc, updates }
}

test.each([
  // Text typed at scattered places is loaded from the history, as a state would take as much again.
  ['in sequence', { atMost: 120, every: 500, read: 0 }],
  ['at scattered places', { atMost: 1, every: 2500, read: 50_000 }],
])(
  '50,000 keystrokes %s take at most 8 bytes each once nobody types, and none is lost',
  async (_, { atMost, every, read }) => {
    const idle = 20
    const random = new Random(Date.now() % 1_000_000)
    let time = Date.now()
    const failures: string[] = []
    const open = (): Promise<SqliteLog> =>
      SqliteLog.open(file, { idle, onLarge: (reason) => failures.push(reason) })
    let log = await open()
    await expect.poll(() => statSync(`${file}-wal`).size, soon).toBe(0)
    const empty = onDisk()
    const { doc, updates } = type(random, atMost)
    const typed = new Y.Doc()
    const states: Uint8Array[] = []
    for (const [index, update] of updates.entries()) {
      time += 80 + random.below(200)
      await log.updates.append([{ ...row(update), time }])
      Y.applyUpdate(typed, update)
      // As a room compacts, and as its file is written.
      if ((index + 1) % (4 * every) === 0) await log.updates.compact('a', Y.encodeStateAsUpdate(typed))
      if ((index + 1) % every === 0) {
        states.push(Y.encodeStateAsUpdate(typed))
        await log.revisions.add('a', {
          digest: `d${index}`,
          state: Y.encodeStateAsUpdate(typed),
          time: Date.now(),
          written: true,
          outside: false,
        })
      }
      // People pause now and then, and the -wal is emptied.
      if ((index + 1) % 2500 === 0) await expect.poll(() => statSync(`${file}-wal`).size, soon).toBe(0)
    }
    expect(onDisk()).toBeLessThan(40 << 20)
    await expect.poll(() => onDisk() - empty, soon).toBeLessThan(8 * keystrokes)
    const kept = (await log.revisions.of('a')).map(({ state }) => Buffer.from(state).toString('hex'))
    const all = states.map((state) => Buffer.from(state).toString('hex'))
    expect(kept).toHaveLength(maxRevisions)
    expect(kept.slice(1).filter((state) => !all.includes(state))).toEqual([])
    expect(kept.slice(-4)).toEqual(all.slice(-4))
    await log.close()
    // Nothing is left in the -wal, and everything can be loaded.
    expect(onDisk() - empty).toBeLessThan(8 * keystrokes)
    log = await open()
    const loaded = new Y.Doc()
    for (const update of await log.updates.load('a')) Y.applyUpdate(loaded, update)
    expect(Buffer.compare(Y.encodeStateAsUpdate(loaded), Y.encodeStateAsUpdate(doc))).toBe(0)
    const history = await historyOf(log.updates, 'a')
    expect(history).toHaveLength(keystrokes)
    expect(history.every(({ bytes }, index) => Buffer.compare(bytes, updates[index] ?? bytes) === 0)).toBe(
      true,
    )
    expect((await log.updates.tail('a')).updates).toBe(read)
    const [before, last] = (await log.revisions.heads('a')).slice(-2).map(({ digest }) => digest)
    expect(await log.revisions.wasAt('a', last ?? '', Y.encodeStateAsUpdate(doc))).toBe(true)
    expect(await log.revisions.wasAt('a', before ?? '', Y.encodeStateAsUpdate(doc))).toBe(false)
    await log.close()
    expect(failures).toEqual([])
  },
  120_000,
)

test('updates since the checkpoint are packed, too, and loaded from there', async () => {
  const log = await SqliteLog.open(file, { idle: 20 })
  const made = Array.from({ length: 700 }, (_, i) => new Uint8Array([i >> 8, i % 256]))
  await log.updates.append(made.slice(0, 300).map(row))
  await log.updates.compact('a', new Uint8Array([7]))
  await log.updates.append(made.slice(300, 650).map(row))
  const packed = (): unknown => {
    const database = new Database(file, { readonly: true })
    try {
      return database
        .prepare('SELECT (SELECT count(*) FROM chunks), (SELECT count(*) FROM updates)')
        .raw()
        .all([])
    } finally {
      database.close()
    }
  }
  await expect.poll(packed, soon).toEqual([[2, 0]])
  await log.updates.append(made.slice(650).map(row))
  expect(await log.updates.load('a')).toEqual([new Uint8Array([7]), ...made.slice(300)])
  expect(await log.updates.tail('a')).toEqual({ updates: 400, bytes: 800 })
  expect((await historyOf(log.updates, 'a')).map(({ bytes }) => bytes)).toEqual(made)
  expect((await log.updates.sessions('a')).reduce((sum, { count }) => sum + count, 0)).toBe(700)
  await log.updates.compact('a', new Uint8Array([8]))
  expect(await log.updates.load('a')).toEqual([new Uint8Array([8])])
  await log.close()
})

test('the synced file is the one that is written, also after it was emptied', async () => {
  const synced: bigint[] = []
  const log = await SqliteLog.open(file, {
    idle: 1,
    sync: async (descriptor) => {
      synced.push(fstatSync(descriptor, { bigint: true }).ino)
      await syncFile(descriptor)
    },
  })
  const { ino } = statSync(`${file}-wal`, { bigint: true })
  for (let round = 0; round < 5; round++) {
    await log.updates.append([row(new Uint8Array(10_000))])
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(10_000)
    await log.updates.synced()
    await expect.poll(() => statSync(`${file}-wal`).size, soon).toBe(0)
  }
  expect(statSync(`${file}-wal`, { bigint: true }).ino).toBe(ino)
  expect(synced).toEqual(Array.from({ length: 6 }, () => ino))
  await log.close()
})

const built = new URL('../../../dist/relay/log/sqlite.js', import.meta.url)
/** Appends numbered rows, with pauses in which the log is compacted, and prints the last one on disk. */
const program = `
const [file, module] = process.argv.slice(1)
const { SqliteLog } = await import(module)
const log = await SqliteLog.open(file, { idle: 1 })
let count = 0
for await (const rows of log.updates.beginning('a', Infinity)) count += rows.length
for (;;) {
  for (let i = Math.random() * 300; i > 0; i--) {
    const bytes = new TextEncoder().encode(String(++count))
    await log.updates.append([{ docId: 'a', time: count, user: 'Ana', client: 7, bytes }])
  }
  if (Math.random() < 0.3) await log.updates.compact('a', new TextEncoder().encode('state ' + count))
  if (Math.random() < 0.3)
    await log.revisions.add('a', { digest: 'd', state: new Uint8Array(9000).fill(count), time: count, written: true, outside: false })
  await log.updates.synced()
  console.log(count)
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 12))
}`

test('a kill during compaction loses nothing, and the next start compacts', async () => {
  const random = new Random(Date.now() % 1_000_000)
  for (let round = 0; round < 8; round++) {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', program, file, fileURLToPath(built)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const ended = once(child, 'exit')
    let synced = 0
    const lines = createInterface(child.stdout)
    const least = 2 + random.below(25)
    let heard = 0
    await new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        synced = Number(line)
        if (++heard === least) resolve()
      })
    })
    child.kill('SIGKILL')
    await ended
    const log = await SqliteLog.open(file, { idle: 1 })
    const history = (await historyOf(log.updates, 'a')).map(({ bytes }) =>
      Number(new TextDecoder().decode(bytes)),
    )
    expect(history.length, `seed ${random.seed}, round ${round}`).toBeGreaterThanOrEqual(synced)
    expect(history).toEqual(history.map((_, index) => index + 1))
    const [first, ...rest] = (await log.updates.load('a')).map((bytes) => new TextDecoder().decode(bytes))
    const from = Number((first ?? '').replace('state ', ''))
    expect(rest.map(Number)).toEqual(history.slice(from))
    for (const { state, time } of await log.revisions.of('a'))
      expect(state).toEqual(new Uint8Array(9000).fill(time))
    await expect.poll(() => statSync(`${file}-wal`).size, soon).toBe(0)
    await log.close()
  }
}, 120_000)
