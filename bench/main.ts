// `npm run bench` runs every bench, `npm run bench -- open python` those named. Prints tables and ratios to the floor
// of the same run and judges no time. A bench without samples or floor fails, and with it the whole run.
import { computing } from './computing.ts'
import { history } from './history.ts'
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
import { together } from './together.ts'

const benches: Readonly<Record<string, { readonly title: string; readonly run: Bench }>> = {
  together: { title: 'A key, from one to another', run: together },
  paint: { title: 'A key, on the own screen', run: paint },
  open: { title: 'Opening a notebook', run: open },
  python: { title: 'The first Python result', run: python },
  printing: { title: 'Python that prints', run: printing },
  computing: { title: 'Python that computes', run: computing },
  relay: { title: 'The relay between programs', run: relay },
  streaming: { title: 'A streamed reply', run: streaming },
  stopping: { title: 'Stop', run: stopping },
  merging: { title: 'An edit of the file made outside', run: merging },
  history: { title: 'Going back in the history', run: history },
  saving: { title: 'Files of 1,000 cells', run: saving },
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  process.stderr.write(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}

/** Milliseconds after which a bench has hung, however busy the machine. */
const patience = 600_000

for (const [name, { title, run }] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const hung = setTimeout(() => {
    process.stderr.write(`${name} failed: no end after ${patience / 1_000} seconds\n`)
    process.exit(1)
  }, patience)
  try {
    process.stdout.write(`${tableOf(`${title} (${name})`, await run())}\n`)
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(
      `${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n`,
    )
  } finally {
    clearTimeout(hung)
  }
}
