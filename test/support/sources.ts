import type * as Y from 'yjs'
import { cellSource, readNotebook, visibleCells } from '../../shared/notebook/document/read.ts'

/** The sources of a document's cells, in order. */
export const readSources = (doc: Y.Doc): string[] => readNotebook(doc).cells.map((cell) => cell.source)

/** The text of the cell at `index`, to edit. */
export const sourceAt = (doc: Y.Doc, index: number): Y.Text => {
  const id = visibleCells(doc)[index]
  const text = id === undefined ? undefined : cellSource(doc, id)
  if (!text) throw new Error(`no cell ${index}`)
  return text
}
