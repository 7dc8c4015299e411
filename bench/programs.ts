// Starts the processes of a benchmark: the built relay, the baseline server and the browser.
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright'
import type * as Chromium from '../scripts/chromium.js'

/** Relative to dist/bench. */
const root = new URL('../../', import.meta.url)

interface Closable {
  close(): unknown
}
/** Registers something to be closed at the end of the benchmark. */
export type Keep = <T extends Closable>(opening: Promise<T>) => Promise<T>

/** Closes everything registered, last one first, even if `action` fails: an open server would keep the process alive. */
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

export interface RunningServer {
  readonly port: number
  readonly origin: string
  close(): Promise<void>
}

const exited = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })

/** Makes sure that the child does not outlive this process. */
const runningServer = (child: ChildProcess, port: number, cleanUp: () => Promise<void>): RunningServer => {
  const kill = (): unknown => child.kill('SIGKILL')
  process.once('exit', kill)
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      process.off('exit', kill)
      child.kill('SIGTERM')
      await exited(child)
      await cleanUp()
    },
  }
}

/** Starts the relay on a free port with these files (contents by name) in its folder. */
export const startRelay = async (
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'llm-notebook-bench-'))
  const cleanUp = (): Promise<void> => rm(folder, { recursive: true, force: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const program = fileURLToPath(new URL('dist/relay/main.js', root))
  const child = spawn(process.execPath, [program, folder, '--port', '0'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      LOG_LEVEL: 'error',
      ...(env['LLM_BASE_URL'] === undefined ? { LLM_PROVIDER: 'mock' } : {}),
      ...env,
    },
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
  return runningServer(child, port, cleanUp)
}

/** Starts the baseline server in baseline/. */
export const startBareServer = async (): Promise<RunningServer> => {
  const child = fork(new URL('./baseline/server.js', import.meta.url))
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)))
    child.once('exit', (code) => reject(new Error(`the baseline server ended with ${code}`)))
  })
  return runningServer(child, port, async () => undefined)
}

export const launchBrowser = async (): Promise<Browser> => {
  const script = new URL('scripts/chromium.js', root)
  const { findChromium } = (await import(script.href)) as typeof Chromium
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('Chromium not found: run node scripts/chromium.js')
  const asRoot = process.getuid?.() === 0
  const args = ['--disable-quic', '--no-first-run', '--disable-background-networking']
  return chromium.launch({ executablePath, args: [...args, ...(asRoot ? ['--no-sandbox'] : [])] })
}
