// Forwards updates from a room to its sockets: a turn's updates together, once stored, and not back to their sender. A
// receiver that reads too slowly gets none until it has caught up.
import type * as Y from 'yjs'
import { partsOf } from '../../shared/parts.ts'
import type { GroupCommit } from '../log/group-commit.ts'
import { stateWithout } from './integrate.ts'
import type { SocketSession } from './session.ts'

/** Origin of transactions with what the sockets or the log have already. */
export const storedOrigin: unique symbol = Symbol('stored')

/** A socket, a peer in this process (null), or neither. */
type Sender = SocketSession | typeof storedOrigin | null

interface Outgoing {
  readonly turn: object
  readonly updates: {
    readonly bytes: Uint8Array
    readonly frames: readonly Uint8Array[]
    readonly from: Sender
  }[]
}

export interface ForwardingOptions {
  readonly commit: GroupCommit
  readonly sessions: ReadonlySet<SocketSession>
  readonly doc: Y.Doc
  /** Brings everything received so far into the document. */
  readonly apply: () => void
  /** `own`: the number of delivered updates by peers in this process. */
  readonly onDelivered: (own: number) => void
}

export class Forwarding {
  private outgoing: Outgoing | null = null
  /** For a receiver that reads too slowly: the state vector it had when it fell behind. */
  private readonly behind = new Map<SocketSession, Uint8Array>()

  constructor(private readonly options: ForwardingOptions) {}

  /** The state vector a receiver had when it fell behind, or null. It is no longer behind. */
  drained(session: SocketSession): Uint8Array | null {
    const had = this.behind.get(session) ?? null
    this.behind.delete(session)
    return had
  }

  /** Whether it will catch up later, from `had`. */
  isBehind(session: SocketSession, had: Uint8Array): boolean {
    if (!this.behind.has(session)) return false
    this.behind.set(session, had)
    return true
  }

  /** Sends an update to everybody but its sender once this turn is stored. */
  show(bytes: Uint8Array, from: Sender, frame: Uint8Array): void {
    const { commit } = this.options
    const { turn } = commit
    if (this.outgoing?.turn !== turn) {
      const outgoing: Outgoing = { turn, updates: [] }
      this.outgoing = outgoing
      commit.afterStored(() => this.deliver(outgoing))
    }
    this.outgoing.updates.push({ bytes, frames: partsOf(frame), from })
  }

  private deliver({ updates }: Outgoing): void {
    if (this.outgoing?.updates === updates) this.outgoing = null
    const senders = new Set<Sender>(updates.map((update) => update.from))
    const everyFrame = updates.flatMap((update) => update.frames)
    for (const session of this.options.sessions) {
      if (this.skips(session, updates)) continue
      const frames = senders.has(session)
        ? updates.filter((update) => update.from !== session).flatMap((update) => update.frames)
        : everyFrame
      session.send(frames)
    }
    this.options.onDelivered(updates.filter(({ from }) => from === null).length)
  }

  skips(session: SocketSession, updates: Outgoing['updates']): boolean {
    if (this.behind.has(session)) return true
    if (!session.isTooSlow()) return false
    this.options.apply()
    const unseen = [...updates, ...(this.outgoing?.updates ?? [])]
    this.behind.set(session, stateWithout(this.options.doc, unseen))
    return true
  }
}
