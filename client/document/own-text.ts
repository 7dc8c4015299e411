// What this page wrote, or this browser earlier, and the relay did not have when it was asked last. Where others have
// split or merged its cells meanwhile, this page carries it to where the text is now.
import type * as Y from 'yjs'
import { carry, onCopied } from '../../shared/notebook/document/carry.ts'
import type { Run } from '../../shared/notebook/document/copies.ts'
import { stateOf } from '../../shared/state-vector.ts'

export class OwnText {
  /** Of earlier visits: nobody else carries that. */
  private kept: readonly Run[] = []
  readonly stop: () => void

  constructor(
    private readonly doc: Y.Doc,
    mayWrite: () => boolean,
  ) {
    this.stop = onCopied(doc, (keys, { local, beforeState }) => {
      const own = { client: doc.clientID, clock: 0, length: beforeState.get(doc.clientID) ?? 0 }
      const old = own.length === 0 ? this.kept : [...this.kept, own]
      if (!local && old.length > 0 && mayWrite()) carry(doc, keys, old)
    })
  }

  /** `state`: what the relay has of each client. */
  compare(state: ReadonlyMap<number, number>): void {
    this.kept = [...stateOf(this.doc)].flatMap(([client, end]) => {
      const clock = state.get(client) ?? 0
      return client !== this.doc.clientID && end > clock ? [{ client, clock, length: end - clock }] : []
    })
  }
}
