// Opening and saving a file of 1,000 cells: text → document and document → text, beside what JSON alone costs.
import * as Y from 'yjs'
import { formatNotebook } from '../shared/ipynb/format.ts'
import { parseNotebook } from '../shared/ipynb/parse.ts'
import { importNotebook } from '../shared/notebook/import.ts'
import { readNotebook } from '../shared/notebook/read.ts'
import { mixedNotebookOf } from './notebooks.ts'
import type { Bench } from './row.ts'

const rounds = 15
const warmUp = 3

const timed = <T>(samples: number[], action: () => T): T => {
  const from = performance.now()
  const made = action()
  samples.push(performance.now() - from)
  return made
}

export const saving: Bench = async () => {
  const text = mixedNotebookOf(1_000)
  const [opened, saved, read, written]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let round = 0; round < warmUp + rounds; round++) {
    const doc = timed(opened, () => {
      const parsed = parseNotebook(text)
      if (!parsed.ok) throw new Error(parsed.reason)
      const doc = new Y.Doc()
      Y.applyUpdate(doc, importNotebook(parsed.notebook, 'bench'))
      return doc
    })
    const json = timed(read, () => JSON.parse(text) as unknown)
    const again = timed(saved, () => formatNotebook(readNotebook(doc)))
    timed(written, () => `${JSON.stringify(json, null, 1)}\n`)
    if (again !== text) throw new Error('the file came back changed')
    doc.destroy()
  }
  const measured = (samples: readonly number[]): readonly number[] => samples.slice(warmUp)
  return [
    {
      what: 'open: parse and import 1,000 cells',
      unit: 'ms',
      ours: measured(opened),
      floor: { what: 'JSON.parse', samples: measured(read) },
    },
    {
      what: 'save: read and format 1,000 cells',
      unit: 'ms',
      ours: measured(saved),
      floor: { what: 'JSON.stringify', samples: measured(written) },
    },
  ]
}
