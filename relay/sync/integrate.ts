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
  const apply = (update: Uint8Array, indexes: readonly number[]): void => {
    try {
      Y.applyUpdate(doc, update, origin)
    } catch {
      // Well formed but invalid; the caller reports it to the sender.
      refused.push(...indexes)
    }
  }
  for (let next = 0; next < updates.length;) {
    const end = Math.min(updates.length, next + perTransaction)
    doc.transact(() => {
      for (; next < end && doc.store.pendingStructs === null; next++) {
        const update = updates[next]
        if (update) apply(update, [next])
      }
      while (next < end) {
        const group = updates.slice(next, Math.min(end, next + mergeAtOnce))
        const first = next
        next += group.length
        apply(
          Y.mergeUpdates(group),
          group.map((_, index) => first + index),
        )
      }
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
