// The processes a bench drives: the built relay and the floor, each its own program as in life, and the browser.
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright'
import type * as Chromium from '../scripts/chromium.js'

/** From dist/bench. */
const root = new URL('../../', import.meta.url)

interface Closable {
  close(): unknown
}
/** Takes what is being opened to be closed when the bench ends. */
export type Keep = <T extends Closable>(opening: Promise<T>) => Promise<T>

/** Closes what was kept, the last first, however `action` ends: an open server would keep the process. */
export const closingAll = async <T>(action: (keep: Keep) => Promise<T>): Promise<T> => {
  const kept: Closable[] = []
  try {
    return await action(async (opening) => {
      const opened = await opening
      kept.push(opened)
      return opened
    })
  } finally {
    for (const each of kept.reverse()) await each.close()
  }
}

export interface Served {
  readonly port: number
  readonly origin: string
  close(): Promise<void>
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })

/** A program that outlives neither its bench nor, should that throw, this process. */
const served = (child: ChildProcess, port: number, clean: () => Promise<void>): Served => {
  const kill = (): unknown => child.kill('SIGKILL')
  process.once('exit', kill)
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      process.off('exit', kill)
      child.kill('SIGTERM')
      await ended(child)
      await clean()
    },
  }
}

/** The relay on a free port; `files`: names and contents in its folder before the start. */
export const startRelay = async (
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Served> => {
  const folder = await mkdtemp(join(tmpdir(), 'llm-notebook-bench-'))
  const clean = (): Promise<void> => rm(folder, { recursive: true, force: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const program = fileURLToPath(new URL('dist/relay/main.js', root))
  const child = spawn(process.execPath, [program, folder, '--port', '0'], {
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += String(chunk)
      const [, found] = /ready: http:\/\/[^:]+:(\d+)\//.exec(printed) ?? []
      if (found !== undefined) resolve(Number(found))
    })
    child.once('exit', (code) => reject(new Error(`the relay ended with ${code}: ${printed}`)))
  })
  return served(child, port, clean)
}

/** The bare server; what it serves is in floor/. */
export const startFloor = async (): Promise<Served> => {
  const child = fork(new URL('./floor/server.js', import.meta.url))
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)))
    child.once('exit', (code) => reject(new Error(`the bare server ended with ${code}`)))
  })
  return served(child, port, async () => undefined)
}

export const launchBrowser = async (): Promise<Browser> => {
  const script = new URL('scripts/chromium.js', root)
  const { findChromium } = (await import(script.href)) as typeof Chromium
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('no Chromium: run node scripts/chromium.js')
  const asRoot = process.getuid?.() === 0
  const args = ['--disable-quic', '--no-first-run', '--disable-background-networking']
  return chromium.launch({ executablePath, args: [...args, ...(asRoot ? ['--no-sandbox'] : [])] })
}
