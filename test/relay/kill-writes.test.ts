// The relay is killed at random moments while it writes files as fast as possible: the file is always one
// complete version, and the document is restored as it was.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'libsql'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { temporaryEnding } from '../../relay/disk/atomic.ts'
import { openHome } from '../../relay/home.ts'
import { SqliteLog } from '../../relay/log/sqlite.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { notebook } from '../contract/home.ts'
import { Random } from '../support/random.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { readSources, sourceAt } from '../support/sources.ts'

const main = new URL('../../dist/relay/main.js', import.meta.url).href
/**
 * The built relay, writing a file a few milliseconds after each change, and compacting its log in every
 * pause.
 */
const program = `
// The first argument stands for the program.
const [, place, main] = process.argv.slice(1)
const { startRelay } = await import(main)
const { parseSettings } = await import(new URL('config.js', main))
const { value: settings } = parseSettings([place, '--port', '0'], { LOG_LEVEL: 'error', LLM_PROVIDER: 'mock' })
const { port } = await startRelay(settings, { times: { quiet: 1, atMost: 4 }, idle: 1 })
console.log(port)`

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

const linesOf = (text: string): number[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

interface Place {
  /** The value for NOTEBOOKS_DIR. */
  readonly name: string
  readonly read: () => Promise<string>
}

const first = notebookText('', 'untouched')

const inFolder = async (folder: string): Promise<Place> => {
  const file = join(folder, 'a.ipynb')
  await writeFile(file, first)
  return { name: folder, read: () => readFile(file, 'utf8') }
}

const inSqlite = async (folder: string): Promise<Place> => {
  const file = join(folder, 'n.db')
  const home = await openHome({ type: 'sqlite', file })
  const log = await SqliteLog.open(home.log)
  await home.open(log.file).files.replace(notebook('a.ipynb'), first, null)
  await log.close()
  const read = async (): Promise<string> => {
    const database = new Database(file, { timeout: 5000 })
    const row: unknown = database.prepare('SELECT CAST(content AS TEXT) AS text FROM files').get([])
    database.close()
    return (row as { text: string }).text
  }
  return { name: `sqlite:${file}`, read }
}

/**
 * Starts the relay, checks what is there, writes numbered lines, kills it, and repeats. Returns how many
 * kills left a half-written temporary file.
 */
const lane = async (
  put: (folder: string) => Promise<Place>,
  random: Random,
  rounds: number,
): Promise<number> => {
  const folder = await newFolder()
  folders.push(folder)
  const place = await put(folder)
  let sent = 0
  for (let round = 0; round < rounds; round++) {
    const relay = spawn(process.execPath, ['--input-type=module', '-e', program, '.', place.name, main], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(relay, 'exit')
    const [port] = (await once(createInterface(relay.stdout), 'line')) as [string]
    const provider = new WebsocketProvider(`ws://127.0.0.1:${port}/sync`, 'a.ipynb', new Y.Doc(), {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    })
    for (const type of [103, 105, 106]) provider.messageHandlers[type] = () => undefined
    const killed = new AbortController()
    try {
      await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
      const [numbered = '', other] = readSources(provider.doc)
      const there = linesOf(numbered)
      expect(there, `seed ${random.seed}, round ${round}`).toEqual(upTo(there.length))
      expect(there.length).toBeLessThanOrEqual(sent)
      expect(other).toBe('untouched')
      sent = there.length
      const source = sourceAt(provider.doc, 0)
      const writing = (async () => {
        while (!killed.signal.aborted) {
          source.insert(source.length, `${++sent}\n`)
          await new Promise((resolve) => setImmediate(resolve))
        }
      })()
      const moment = new Promise((resolve) => setTimeout(resolve, random.below(60)))
      await moment
      relay.kill('SIGKILL')
      await ended
      killed.abort()
      await writing
    } finally {
      killed.abort()
      relay.kill('SIGKILL')
      provider.destroy()
      provider.awareness.destroy()
    }
    const read = parseNotebook(await place.read())
    if (!read.ok) throw new Error(`seed ${random.seed}, round ${round}: ${read.reason}`)
    const written = linesOf(read.notebook.cells[0]?.source ?? '')
    expect(written, `seed ${random.seed}, round ${round}: the file`).toEqual(upTo(written.length))
    expect(read.notebook.cells.map((cell) => cell.source)[1]).toBe('untouched')
  }
  expect(sent).toBeGreaterThan(rounds)
  return (await readdir(folder)).filter((name) => name.endsWith(temporaryEnding)).length
}

// 200 kills take a minute on both cores: set KILLS=200 after changing what is tested here.
const kills = Number(process.env['KILLS'] ?? 60)

test(
  'kills during writes leave a complete version of the file and no line twice',
  { timeout: 300_000 },
  async () => {
    const seed = Date.now() % 1_000_000
    const halves = await Promise.all([
      lane(inFolder, new Random(seed), kills / 2),
      lane(inSqlite, new Random(seed + 1), kills / 2),
    ])
    // Some kills must have hit a write; with only a few, all may miss.
    if (kills >= 200) expect(Math.max(...halves)).toBeGreaterThan(0)
  },
)
