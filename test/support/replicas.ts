import * as Y from 'yjs'
import { importNotebook } from '../../shared/notebook/document/import.ts'
import { cellId, type Cell, type KindName, type Notebook } from '../../shared/notebook/notebook.ts'

export const plainCell = (id: string, kind: KindName, source: string): Cell => ({
  id: cellId(id),
  kind,
  source,
  meta: {},
  attachments: {},
  extra: null,
  result: null,
})

/** A code cell with printed text as its output. */
export const printed = (id: string, source: string, text: string) => ({
  ...plainCell(id, 'code', source),
  result: {
    run: null,
    count: 1,
    status: 'done' as const,
    outputs: [{ live: false as const, leaf: { output_type: 'stream', name: 'stdout', text } }],
    reply: null,
    thinking: null,
    calls: [],
  },
})

export const plainNotebook = (cells: readonly Cell[]): Notebook => ({
  format: { nbformat: 4, minor: 5 },
  meta: {},
  extra: {},
  cells,
})

/** Copies of a document that are only synced on demand. */
export class Replicas {
  readonly docs: Y.Doc[]

  constructor(notebook: Notebook, count: number) {
    const update = importNotebook(notebook, 'doc')
    this.docs = Array.from({ length: count }, (_, i) => {
      const doc = new Y.Doc()
      doc.clientID = 1000 + i
      Y.applyUpdate(doc, update, 'remote')
      return doc
    })
  }

  get(index: number): Y.Doc {
    const doc = this.docs[index]
    if (doc === undefined) throw new Error(`no replica ${index}`)
    return doc
  }

  /** Sends missing updates from one document to another. */
  send(from: number, to: number): void {
    const [a, b] = [this.get(from), this.get(to)]
    Y.applyUpdate(b, Y.encodeStateAsUpdate(a, Y.encodeStateVector(b)), 'remote')
  }

  sync(): void {
    for (let round = 0; round < 2; round++)
      for (const from of this.docs.keys())
        for (const to of this.docs.keys()) if (from !== to) this.send(from, to)
  }
}
