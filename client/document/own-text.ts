// Where others have split or merged the cells of a text that this page wrote, it is carried to where its surroundings are
// now; so is what this browser kept from an earlier visit, if the relay does not have it.
import type * as Y from 'yjs'
import { carry, onCopied } from '../../shared/notebook/document/carry.ts'
import type { Run } from '../../shared/notebook/document/copies.ts'
import { stateOf } from '../../shared/state-vector.ts'

export interface OwnText {
  /** With what the relay has of each client, before this page sends it the rest. */
  compare(relay: ReadonlyMap<number, number>): void
  stop(): void
}

export const carryOwnText = (doc: Y.Doc, mayWrite: () => boolean): OwnText => {
  let kept: readonly Run[] = []
  const stop = onCopied(doc, (keys, { local, beforeState }) => {
    const own = { client: doc.clientID, clock: 0, length: beforeState.get(doc.clientID) ?? 0 }
    const old = own.length === 0 ? kept : [...kept, own]
    if (!local && old.length > 0 && mayWrite()) carry(doc, keys, old)
  })
  return {
    compare: (relay) => {
      kept = [...stateOf(doc)].flatMap(([client, end]) => {
        const clock = relay.get(client) ?? 0
        return client !== doc.clientID && end > clock ? [{ client, clock, length: end - clock }] : []
      })
    },
    stop,
  }
}
