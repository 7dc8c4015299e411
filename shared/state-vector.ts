import * as Y from 'yjs'

/** Whether the document contains every update that this state vector covers. */
export const coversVector = (doc: Y.Doc, vector: Uint8Array): boolean => {
  const has = Y.decodeStateVector(Y.encodeStateVector(doc))
  return [...Y.decodeStateVector(vector)].every(([client, clock]) => (has.get(client) ?? 0) >= clock)
}
