// `npm run bench` runs all benchmarks, `npm run bench -- open python` only those. Prints tables with the ratio to a baseline
// measured in the same run; there are no time limits. A benchmark without samples or baseline fails the whole run.
import { computing } from './computing.ts'
import { history } from './history.ts'
import { large } from './large.ts'
import { open } from './open.ts'
import { paint } from './paint.ts'
import { printing } from './printing.ts'
import { python } from './python.ts'
import { relay } from './relay.ts'
import { tableOf, type Bench } from './row.ts'
import { merging } from './merging.ts'
import { saving } from './saving.ts'
import { stopping } from './stopping.ts'
import { streaming } from './streaming.ts'
import { suggesting } from './suggesting.ts'
import { together } from './together.ts'

const benches: Readonly<Record<string, { readonly title: string; readonly run: Bench }>> = {
  together: { title: 'A keystroke until others see it', run: together },
  paint: { title: 'A keystroke until it is painted', run: paint },
  open: { title: 'Opening a notebook', run: open },
  large: { title: 'Using a large notebook', run: large },
  python: { title: 'The first Python result', run: python },
  printing: { title: 'Printing in Python', run: printing },
  computing: { title: 'Computing in Python', run: computing },
  relay: { title: 'Edits between programs', run: relay },
  streaming: { title: 'Streaming a reply', run: streaming },
  suggesting: { title: 'Suggestions while typing', run: suggesting },
  stopping: { title: 'Stopping runs', run: stopping },
  merging: { title: 'Merging an outside edit', run: merging },
  history: { title: 'Going back in the history', run: history },
  saving: { title: 'Opening and saving 1,000 cells', run: saving },
}

const requested = process.argv.slice(2)
const unknown = requested.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  process.stderr.write(
    `unknown benchmark ${unknown.join(', ')}; known are ${Object.keys(benches).join(', ')}\n`,
  )
  process.exit(2)
}

/** Milliseconds after which a benchmark is assumed to hang. */
const timeout = 600_000

for (const [name, { title, run }] of Object.entries(benches)) {
  if (requested.length > 0 && !requested.includes(name)) continue
  const timer = setTimeout(() => {
    process.stderr.write(`${name} failed: not finished after ${timeout / 1_000} seconds\n`)
    process.exit(1)
  }, timeout)
  try {
    process.stdout.write(`${tableOf(`${title} (${name})`, await run())}\n`)
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(
      `${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n`,
    )
  } finally {
    clearTimeout(timer)
  }
}
