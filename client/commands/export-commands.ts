// The commands that download the notebook, for the table of all commands. What they do loads when one is used.
import type { Writable } from '../../shared/convert/convert.ts'
import type { Command } from './command.ts'
import { later, LaterScript } from './later.ts'

const exportScript = new LaterScript(() => import('./export.ts'))

const forms: readonly (readonly [form: Writable, about: string])[] = [
  ['ipynb', 'complete notebook'],
  ['py', 'script without outputs'],
  ['md', 'readable text'],
  ['html', 'page to share'],
]

export const exportCommands: readonly Command[] = forms.map(([form, about]) => ({
  id: `export-${form}`,
  title: `Download as .${form}`,
  about,
  harmless: true,
  run: later(exportScript, ({ exportAs }, context) => exportAs(context, form)),
}))
