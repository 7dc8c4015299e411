// The writer of a part of the document: a page or peer, or another program through the file.
import * as Y from 'yjs'
import { importerOf } from './import.ts'

/** Yjs gives clients 32 bits; outside edits use larger client ids, so that they can be recognised. */
const firstOutsideClient = 2 ** 32

export const isOutside = (client: number): boolean => client >= firstOutsideClient

/** Recognises clients that read the document from files. */
export const fromFiles = (doc: Y.Doc): ((client: number) => boolean) => {
  const importer = importerOf(doc)
  return (client) => isOutside(client) || client === importer
}

export const asOutsideWriter = (doc: Y.Doc, origin: unknown, change: () => void): void => {
  const { clientID } = doc
  doc.clientID = isOutside(clientID) ? clientID : firstOutsideClient + clientID
  try {
    doc.transact(change, origin)
  } finally {
    doc.clientID = clientID
  }
}

/** The client of each UTF-16 unit of the text. */
export const writersOf = (text: Y.Text): readonly number[] => {
  const writers: number[] = []
  for (let item = text._start; item !== null; item = item.right)
    if (!item.deleted && item.countable)
      for (let unit = 0; unit < item.length; unit++) writers.push(item.id.client)
  return writers
}

/** Whether the map's value for the key came from the file. */
export const isFromOutside = (map: unknown, key: string): boolean => {
  const item = map instanceof Y.Map ? (map as Y.Map<unknown>)._map.get(key) : undefined
  return item !== undefined && isOutside(item.id.client)
}
