// Who is in a room, by y-protocols' awareness: what changed in a turn goes out once, to everybody, its sender too
// (y-websocket reconnects when it hears nothing for 30 s). Each client introduces itself with its first entry, and
// repeats later what it hears about others, from other tabs of its browser even before they do so themselves. So an
// entry belongs to the session it introduced, or else to the first that brought it, and goes when that session closes.
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { allows, type Grant } from '../../shared/grant.ts'
import { isRecord } from '../../shared/record.ts'
import { personInPresence, type RelayPresence } from '../../shared/presence.ts'
import type { LoggedUpdate } from '../log/update-log.ts'
import { awarenessMessage, writeEntries, type AwarenessEntry } from './message.ts'
import type { SocketSession } from './session.ts'

interface Change {
  readonly added: readonly number[]
  readonly updated: readonly number[]
  readonly removed: readonly number[]
}

const maxEntriesOfOne = 64

/** What the relay alone says. */
const own = new Set(['relay', 'model'])
/** What somebody may say who may not write: who and where they are. */
const harmless = new Set(['user', 'cell', 'cursor'])

/** What of a state its sender may say. Whoever the relay knows says no other name. */
const permitted = ({ role, user }: Grant, state: string): string => {
  const said = JSON.parse(state) as Readonly<Record<string, unknown>> | null
  if (said === null) return state
  const fields = Object.entries(said).filter(
    ([field]) => !own.has(field) && (harmless.has(field) || allows(role, 'write')),
  )
  const known = user === null ? [] : [['user', { ...(isRecord(said['user']) ? said['user'] : {}), ...user }]]
  return JSON.stringify(Object.fromEntries([...fields, ...known]))
}

export class PresenceTable {
  readonly awareness: Awareness
  private readonly owners = new Map<number, SocketSession>()
  private readonly introduced = new Map<SocketSession, number>()
  private readonly changed = new Set<number>()

  constructor(doc: Y.Doc, onChange: () => void) {
    this.awareness = new Awareness(doc)
    this.awareness.on('update', ({ added, updated, removed }: Change) => {
      for (const client of [...added, ...updated, ...removed]) this.changed.add(client)
      onChange()
    })
  }

  /** The relay's own entry. */
  announce(relay: RelayPresence): void {
    this.awareness.setLocalStateField('relay', relay)
  }

  receive(session: SocketSession, entries: readonly AwarenessEntry[]): void {
    const accepted = entries
      .filter((entry) => this.accepts(session, entry))
      .map((entry) => ({ ...entry, state: permitted(session.grant, entry.state) }))
    if (accepted.length > 0) applyAwarenessUpdate(this.awareness, writeEntries(accepted), session)
  }

  leave(session: SocketSession): void {
    const gone = [...this.owners].filter(([, owner]) => owner === session).map(([client]) => client)
    for (const client of gone) this.owners.delete(client)
    this.introduced.delete(session)
    removeAwarenessStates(this.awareness, gone, session)
  }

  /** What changed since the last call, as one message, or null. */
  takeChanges(): Uint8Array | null {
    if (this.changed.size === 0) return null
    const changed = [...this.changed]
    this.changed.clear()
    return awarenessMessage(encodeAwarenessUpdate(this.awareness, changed))
  }

  all(): Uint8Array {
    return awarenessMessage(encodeAwarenessUpdate(this.awareness, [...this.awareness.getStates().keys()]))
  }

  /** Who writes in this session: by the relay's own knowledge, or else by the first entry it brought. */
  writer(session: SocketSession): Pick<LoggedUpdate, 'user' | 'name'> {
    const [client] = [...this.owners].find(([, owner]) => owner === session) ?? []
    const state = client === undefined ? null : this.awareness.getStates().get(client)
    const { id, name } = session.grant.user ?? personInPresence(state)
    return id === '' ? { user: name } : { user: id, name }
  }

  destroy(): void {
    this.awareness.destroy()
  }

  private accepts(session: SocketSession, { client, clock, state }: AwarenessEntry): boolean {
    if (client === this.awareness.clientID) return false
    const known = this.awareness.meta.get(client)
    const news = clock > (known?.clock ?? 0)
    const owner = this.owners.get(client)
    const introduces = !this.introduced.has(session)
    if (introduces) this.introduced.set(session, client)
    if (owner === session) return true
    if (introduces && owner !== undefined && this.introduced.get(owner) !== client) {
      this.owners.set(client, session)
      return true
    }
    if (!news) return false
    if (owner?.open) {
      // Either somebody borrows a name, or the same page came back before its old socket was found dead: the old
      // one is asked, and if it is silent it ends, and the page's next renewal is taken.
      owner.probe()
      return false
    }
    if (state === 'null') return false
    const owned = [...this.owners.values()].filter((other) => other === session).length
    if (owned >= maxEntriesOfOne) return false
    this.owners.set(client, session)
    return true
  }
}
