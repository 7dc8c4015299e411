// Merging an outside edit into an open notebook of 1,000 cells, with ten revisions it may be based on.
import * as Y from 'yjs'
import { formatNotebook } from '../shared/ipynb/format.ts'
import { mergeFile, readOutside, type KnownRevision } from '../shared/ipynb/outside.ts'
import { parseNotebook } from '../shared/ipynb/parse.ts'
import { importNotebook } from '../shared/notebook/document/import.ts'
import { cellSource, readNotebook, visibleCells } from '../shared/notebook/document/read.ts'
import { mixedNotebookOf } from './notebooks.ts'
import type { Bench } from './row.ts'

const rounds = 9
const warmUp = 2
const versionCount = 10

export const merging: Bench = async () => {
  const text = mixedNotebookOf(1_000)
  const parsed = parseNotebook(text)
  if (!parsed.ok) throw new Error(parsed.reason)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, importNotebook(parsed.notebook, 'bench'))
  const ids = visibleCells(doc)
  const versions: KnownRevision[] = []
  for (let i = 0; i < versionCount; i++) {
    const state = Y.encodeStateAsUpdate(doc)
    versions.push({ digest: `version ${i}`, state })
    const id = ids[i * 90]
    if (id !== undefined) cellSource(doc, id)?.insert(0, `# typed ${i}\n`)
  }
  const written = formatNotebook(readNotebook(doc))
  const [anyBase, knownBase, json]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < warmUp + rounds; round++) {
    const edited = written.replace('# typed 0', `# typed 0, edited outside ${round}`)
    for (const [samples, from] of [
      [anyBase, undefined],
      [knownBase, 'version 9'],
    ] as const) {
      const open = new Y.Doc()
      Y.applyUpdate(open, Y.encodeStateAsUpdate(doc))
      const start = performance.now()
      const read = readOutside(edited)
      if (!read.ok) throw new Error(read.reason)
      const known = versions.filter(({ digest }) => from === undefined || digest === from)
      mergeFile(open, known, read.notebook, `edit ${round}`)
      samples.push(performance.now() - start)
      open.destroy()
    }
    const start = performance.now()
    JSON.stringify(JSON.parse(edited), null, 1)
    json.push(performance.now() - start)
  }
  doc.destroy()
  const baseline = { what: 'JSON.parse + JSON.stringify', samples: json.slice(warmUp) }
  return [
    { what: 'merge an outside edit, unknown base', unit: 'ms', ours: anyBase.slice(warmUp), baseline },
    { what: 'merge an outside edit, known base', unit: 'ms', ours: knownBase.slice(warmUp), baseline },
  ]
}
