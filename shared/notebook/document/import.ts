// The first import of a file, as a Yjs update. The same file and docId give the same bytes, so that two replicas which
// import it independently merge without duplicate cells. The update comes from a temporary document whose client id is
// a hash of its content; nobody writes as that client again.
import { generateNKeysBetween } from 'fractional-indexing'
import * as Y from 'yjs'
import { textDigest } from '../digest.ts'
import { derivedCellId } from '../ids.ts'
import { addThreads } from './commenting.ts'
import { cellsOf, metaOf, nbmetaOf, newCellMap } from './layout.ts'
import type { Cell, CellId, Notebook } from '../notebook.ts'
import { newResultMap } from './result.ts'
import { schema } from './schema.ts'
import { isRecord } from '../../record.ts'

/** Raised whenever the same file would give other operations. */
const importVersion = 2

/** Every cell gets an id: the file's if it is valid and unique, or one derived from its source. */
const idsFor = (cells: readonly Cell[], docId: string): CellId[] => {
  const taken = new Set<string>(cells.map((cell) => cell.id))
  const used = new Set<string>()
  const occurrences = new Map<string, number>()
  return cells.map((cell) => {
    if (cell.id !== '' && !used.has(cell.id)) {
      used.add(cell.id)
      return cell.id
    }
    for (;;) {
      const occurrence = occurrences.get(cell.source) ?? 0
      occurrences.set(cell.source, occurrence + 1)
      const id = derivedCellId(docId, cell.source, occurrence)
      if (taken.has(id) || used.has(id)) continue
      used.add(id)
      return id
    }
  })
}

const clientOf = (digest: string): number => Number.parseInt(digest.slice(0, 8), 16)

/** The client of the document's import; null if nothing was imported. */
export const importerOf = (doc: Y.Doc): number | null => {
  const found = metaOf(doc).get('import')
  const digest = isRecord(found) ? found['digest'] : null
  return typeof digest === 'string' ? clientOf(digest) : null
}

/** The update that creates the notebook's document. Reads no clock and no random number. */
export const importNotebook = (notebook: Notebook, docId: string): Uint8Array => {
  const digest = textDigest(JSON.stringify([importVersion, docId, notebook]))
  const doc = new Y.Doc({ gc: false })
  doc.clientID = clientOf(digest)
  doc.transact(() => {
    const meta = metaOf(doc)
    meta.set('schema', { ...schema })
    meta.set('docId', docId)
    meta.set('import', { version: importVersion, digest })
    meta.set('format', notebook.format)
    meta.set('extra', notebook.extra)
    const nbmeta = nbmetaOf(doc)
    for (const [key, leaf] of Object.entries(notebook.meta)) nbmeta.set(key, leaf)
    const cells = cellsOf(doc)
    const ids = idsFor(notebook.cells, docId)
    const orders = generateNKeysBetween(null, null, notebook.cells.length)
    notebook.cells.forEach((cell, i) => {
      const [id, order] = [ids[i], orders[i]]
      if (id === undefined || order === undefined) throw new Error('an id and an order key for every cell')
      const map = newCellMap({ ...cell, order, deleted: null })
      cells.set(id, map)
      if (cell.result !== null) map.set('result', newResultMap(cell.result))
      addThreads(doc, id, cell.comments ?? [])
    })
    addThreads(doc, null, notebook.comments ?? [])
  })
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return update
}
