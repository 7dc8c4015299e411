// Presence in a room, by y-protocols' awareness: changes of a turn are sent once, to everybody including their sender
// (y-websocket reconnects when it receives nothing for 30 s). Each client introduces itself with its first entry, and
// later repeats entries of others, even of other tabs of its browser that have not introduced themselves. So an entry
// belongs to the session it introduced, or else to the first that sent it, and is removed when that session closes.
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { writeEntries, type AwarenessEntry } from '../../shared/awareness.ts'
import type { Commenter } from '../../shared/notebook/document/comment-guard.ts'
import type { Person } from '../../shared/notebook/person.ts'
import { allows, type Grant } from '../../shared/grant.ts'
import { isRecord } from '../../shared/record.ts'
import { callsField, personInPresence, type RelayPresence } from '../../shared/presence.ts'
import type { LoggedUpdate } from '../log/update-log.ts'
import { awarenessMessage } from './message.ts'
import type { SocketSession } from './session.ts'

interface Change {
  readonly added: readonly number[]
  readonly updated: readonly number[]
  readonly removed: readonly number[]
}

const maxEntriesOfOne = 64

/** Fields only the relay may set. */
const own = new Set<string>(['relay', 'model', callsField])
/** Fields of somebody who may not write: name and position. */
const harmless = new Set(['user', 'cell', 'cursor'])

/** The part of a state its sender may set. A user known to the relay cannot set another name. */
const permitted = ({ role, user }: Grant, state: string): string => {
  const parsed = JSON.parse(state) as Readonly<Record<string, unknown>> | null
  if (parsed === null) return state
  const fields = Object.entries(parsed).filter(
    ([field]) => !own.has(field) && (harmless.has(field) || allows(role, 'write')),
  )
  const known =
    user === null ? [] : [['user', { ...(isRecord(parsed['user']) ? parsed['user'] : {}), ...user }]]
  return JSON.stringify(Object.fromEntries([...fields, ...known]))
}

export class PresenceTable {
  readonly awareness: Awareness
  private readonly owners = new Map<number, SocketSession>()
  private readonly introduced = new Map<SocketSession, number>()
  /** Each session's person, even if its awareness entry was not accepted. */
  private readonly people = new Map<SocketSession, Person>()
  private readonly changed = new Set<number>()

  constructor(doc: Y.Doc, onChange: () => void) {
    this.awareness = new Awareness(doc)
    this.awareness.on('update', ({ added, updated, removed }: Change) => {
      for (const client of [...added, ...updated, ...removed]) this.changed.add(client)
      onChange()
    })
  }

  /** Sets the relay's own entry. */
  publish(relay: RelayPresence): void {
    this.awareness.setLocalStateField('relay', relay)
  }

  receive(session: SocketSession, entries: readonly AwarenessEntry[]): void {
    this.readPerson(session, entries)
    const accepted = entries
      .filter((entry) => this.accepts(session, entry))
      .map((entry) => ({ ...entry, state: permitted(session.grant, entry.state) }))
    if (accepted.length > 0) applyAwarenessUpdate(this.awareness, writeEntries(accepted), session)
  }

  leave(session: SocketSession): void {
    const gone = [...this.owners].filter(([, owner]) => owner === session).map(([client]) => client)
    for (const client of gone) this.owners.delete(client)
    this.introduced.delete(session)
    this.people.delete(session)
    removeAwarenessStates(this.awareness, gone, session)
  }

  /** Changes since the last call, as one message, or null. */
  takeChanges(): Uint8Array | null {
    if (this.changed.size === 0) return null
    const changed = [...this.changed]
    this.changed.clear()
    return awarenessMessage(encodeAwarenessUpdate(this.awareness, changed))
  }

  all(): Uint8Array {
    return awarenessMessage(encodeAwarenessUpdate(this.awareness, [...this.awareness.getStates().keys()]))
  }

  /** A session keeps its first person, who may change their name. */
  private readPerson(session: SocketSession, entries: readonly AwarenessEntry[]): void {
    const client = this.introduced.get(session) ?? entries[0]?.client
    const entry = entries.find((each) => each.client === client)
    if (entry === undefined || entry.state === 'null') return
    const { id, name } = personInPresence(JSON.parse(entry.state))
    this.people.set(session, { id: this.people.get(session)?.id || id, name })
  }

  private person(session: SocketSession): Person {
    return session.grant.user ?? this.people.get(session) ?? { id: '', name: '' }
  }

  /** Whether the page with this Yjs client id is here and may write. A page that may only comment cannot use the id of another. */
  mayWrite(client: number): boolean {
    return [...this.introduced].some(
      ([session, introduced]) => introduced === client && allows(session.grant.role, 'write'),
    )
  }

  /** The person and client ids that comments of this session may use. */
  commenter(session: SocketSession): Commenter {
    const who = this.person(session)
    return {
      who,
      isTaken: (client) => {
        const owner = this.owners.get(client)
        if (owner === undefined || owner === session) return false
        const { id, name } = this.person(owner)
        return id !== who.id || (id === '' && name !== who.name)
      },
    }
  }

  /** The writer of this session's updates: the user known to the relay, or else the session's first entry. */
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
    const isNew = clock > (known?.clock ?? 0)
    const owner = this.owners.get(client)
    const introduces = !this.introduced.has(session)
    if (introduces) this.introduced.set(session, client)
    if (owner === session) return true
    if (introduces && owner !== undefined && this.introduced.get(owner) !== client) {
      this.owners.set(client, session)
      return true
    }
    if (!isNew) return false
    if (owner?.open) {
      // Either a borrowed name, or the same page returned before its old socket timed out: the old one is probed, and
      // if it does not answer it ends, and the page's next renewal is accepted.
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
