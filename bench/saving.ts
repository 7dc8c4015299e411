// Opening and saving a file: text → document and document → text, compared with parsing and writing JSON.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as Y from 'yjs'
import { formatNotebook } from '../shared/ipynb/format.ts'
import { parseNotebook } from '../shared/ipynb/parse.ts'
import { inlineBlobs, extractBlobs } from '../shared/notebook/document/blob-references.ts'
import { importNotebook } from '../shared/notebook/document/import.ts'
import { readNotebook } from '../shared/notebook/document/read.ts'
import { mixedNotebookOf } from './notebooks.ts'
import type { Bench, Row } from './row.ts'

const rounds = 15
const warmUp = 3

const timed = <T>(samples: number[], action: () => T): T => {
  const start = performance.now()
  const result = action()
  samples.push(performance.now() - start)
  return result
}

/** The largest notebook in ../shared/ipynb, if that folder exists. */
const largest = (): { readonly name: string; readonly text: string } | null => {
  const folder = fileURLToPath(new URL('../../../shared/ipynb/', import.meta.url))
  if (!existsSync(folder)) return null
  const files = readdirSync(folder).filter((name) => name.endsWith('.ipynb'))
  const [name] = files.toSorted((a, b) => statSync(folder + b).size - statSync(folder + a).size)
  return name === undefined ? null : { name, text: readFileSync(folder + name, 'utf8') }
}

export const saving: Bench = async () => {
  const sample = largest()
  if (sample === null) console.log('skipped: ../shared/ipynb does not exist')
  return [
    ...measure('1,000 cells', mixedNotebookOf(1_000)),
    ...(sample === null ? [] : measure(sample.name, sample.text)),
  ]
}

const measure = (name: string, text: string): readonly Row[] => {
  const [opened, saved, read, written]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let round = 0; round < warmUp + rounds; round++) {
    const { doc, blobs } = timed(opened, () => {
      const parsed = parseNotebook(text)
      if (!parsed.ok) throw new Error(parsed.reason)
      const doc = new Y.Doc()
      const { notebook, blobs } = extractBlobs(parsed.notebook)
      Y.applyUpdate(doc, importNotebook(notebook, 'bench'))
      return { doc, blobs }
    })
    const json = timed(read, () => JSON.parse(text) as unknown)
    const again = timed(saved, () =>
      formatNotebook(inlineBlobs(readNotebook(doc), ({ $blob }) => blobs.get($blob))),
    )
    timed(written, () => `${JSON.stringify(json, null, 1)}\n`)
    if (again !== text) throw new Error('the saved file differs')
    doc.destroy()
  }
  const measured = (samples: readonly number[]): readonly number[] => samples.slice(warmUp)
  return [
    {
      what: `open: parse and import ${name}`,
      unit: 'ms',
      ours: measured(opened),
      baseline: { what: 'JSON.parse', samples: measured(read) },
    },
    {
      what: `save: read and format ${name}`,
      unit: 'ms',
      ours: measured(saved),
      baseline: { what: 'JSON.stringify', samples: measured(written) },
    },
  ]
}
