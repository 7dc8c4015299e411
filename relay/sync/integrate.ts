// Applies many updates to a room's document at once.
import * as Y from 'yjs'

/** Merging is quadratic too, for thousands of updates: 8,000 at once take 708 ms. */
export const mergeAtOnce = 500

/** At the end of a transaction Yjs joins what is new in a list one by one, copying the rest: 20,000 at once take 8 s. */
const perTransaction = 1_000

/**
 * Applies updates; returns the indexes of those that could not be applied. Yjs merges pending structs again with each
 * further update, which is quadratic: once something is pending, the rest is merged in groups first.
 */
export const integrate = (doc: Y.Doc, updates: readonly Uint8Array[], origin: unknown): readonly number[] => {
  const refused: number[] = []
  const apply = (group: readonly Uint8Array[], first: number): void => {
    const [only] = group
    if (only === undefined) return
    try {
      Y.applyUpdate(doc, group.length === 1 ? only : Y.mergeUpdates([...group]), origin)
    } catch {
      // Well formed but invalid: the caller reports it to the sender. The others of its group are valid.
      if (group.length === 1) refused.push(first)
      else group.forEach((update, i) => apply([update], first + i))
    }
  }
  for (let start = 0; start < updates.length; start += perTransaction) {
    const end = Math.min(updates.length, start + perTransaction)
    let next = start
    doc.transact(() => {
      for (; next < end && doc.store.pendingStructs === null; next++)
        apply(updates.slice(next, next + 1), next)
      for (; next < end; next += mergeAtOnce)
        apply(updates.slice(next, Math.min(end, next + mergeAtOnce)), next)
    }, origin)
  }
  return refused
}

/** Bytes that wait for updates nobody has sent yet. */
export const pendingBytes = ({ store }: Y.Doc): number =>
  (store.pendingStructs?.update.length ?? 0) + (store.pendingDs?.length ?? 0)

/** The state vector of receivers that were sent everything except these updates. */
export const stateWithout = (doc: Y.Doc, updates: readonly { readonly bytes: Uint8Array }[]): Uint8Array => {
  const clocks = Y.decodeStateVector(Y.encodeStateVector(doc))
  for (const { bytes } of updates)
    for (const [client, clock] of Y.parseUpdateMeta(bytes).from)
      clocks.set(client, Math.min(clock, clocks.get(client) ?? 0))
  return Y.encodeStateVector(clocks)
}
