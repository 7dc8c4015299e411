#!/usr/bin/env node
// The program: a command, or the relay. Each loads only what it needs, so this is not in main.ts, which loads the relay.
import type { Parsed } from './config.ts'
import { messageOf } from './logging/logger.ts'

const usage = `llm-notebook [FOLDER]                serves the notebooks in a folder (./notebooks)
llm-notebook convert IN OUT          converts a file; the endings name the forms (.ipynb .py .md .html)
llm-notebook restore FILE [VERSION]  lists the stored versions of a notebook, or restores one

  --port PORT            8484; 0 picks a free port
  --host HOST            127.0.0.1; on any other address a token is required
  --token TOKEN          write access; --token-read and --token-comment for people who may do less
  --open                 opens the page in the browser
  --help, --version

README.md lists the settings in the environment.`

const fail = (line: string): never => {
  process.stderr.write(`llm-notebook: ${line}\n`)
  process.exit(2)
}

/** Prints the result of a command, or its error. */
const report = (done: Parsed<string>): void => {
  if (!done.ok) return fail(done.problem)
  process.stdout.write(`${done.value}\n`)
}

const serve = async (args: readonly string[]): Promise<void> => {
  const { parseSettings } = await import('./config.ts')
  const parsed = parseSettings([...args], process.env)
  if (!parsed.ok) return fail(parsed.problem)
  const settings = parsed.value
  const { CannotStart, startRelay } = await import('./main.ts')
  const relay = await startRelay(settings).catch((error: unknown) => {
    if (error instanceof CannotStart) return fail(error.message)
    throw error
  })
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    // A disk that does not respond must not keep the process alive: unacknowledged edits are in the browsers.
    setTimeout(() => process.exit(1), 4500).unref()
    relay.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`llm-notebook: not everything could be stored: ${messageOf(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const { nameOfHome } = await import('./home-settings.ts')
  process.stdout.write(
    `LLM Notebook is ready: ${relay.address} (notebooks in ${nameOfHome(settings.home)})\n`,
  )
  if (!settings.open) return
  const reason = await (await import('./open-browser.ts')).openBrowser(relay.first)
  if (reason !== null) process.stderr.write(`llm-notebook: the browser cannot be opened: ${reason}\n`)
}

const run = async (): Promise<void> => {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) return report({ ok: true, value: usage })
  if (args.includes('--version')) return report({ ok: true, value: (await import('./version.ts')).version() })
  const [command, ...rest] = args
  if (command === 'convert') return report(await (await import('./convert.ts')).convert(rest))
  if (command === 'restore') return report(await (await import('./restore.ts')).restore(rest))
  return serve(args)
}

await run()
