// Who typed the lines of a source, and what is new in it: every character in the document has the client that made it.
import * as Y from 'yjs'
import type { CellId } from '../notebook.ts'
import { cellSource } from './read.ts'

export const lineClients = (doc: Y.Doc, id: CellId): readonly ReadonlySet<number>[] => {
  let line = new Set<number>()
  const lines = [line]
  for (let item = cellSource(doc, id)?._start ?? null; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue
    const { client } = item.id
    for (const [index, piece] of item.content.str.split('\n').entries()) {
      if (index > 0) lines.push((line = new Set()))
      // Breaking or indenting a line is not writing it.
      if (piece.trim() !== '') line.add(client)
    }
  }
  return lines
}

/** Whether another client has written in a source since a state that had these clocks. */
export const writtenSince = (doc: Y.Doc, id: CellId, clocks: ReadonlyMap<number, number>): boolean => {
  for (let item = cellSource(doc, id)?._start ?? null; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue
    const { client, clock } = item.id
    if (client !== doc.clientID && clock + item.length > (clocks.get(client) ?? 0)) return true
  }
  return false
}
