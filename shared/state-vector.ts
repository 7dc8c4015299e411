import * as Y from 'yjs'

/** How much the document has of each client. */
export const stateOf = (doc: Y.Doc): ReadonlyMap<number, number> =>
  Y.decodeStateVector(Y.encodeStateVector(doc))

/** Whether the document contains every update that this state vector covers. */
export const coversVector = (doc: Y.Doc, vector: Uint8Array): boolean => {
  const has = stateOf(doc)
  return [...Y.decodeStateVector(vector)].every(([client, clock]) => (has.get(client) ?? 0) >= clock)
}
