// Who is in the notebook: what this page says of itself, and the others as parsed values.
import { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import {
  writeBackField,
  modelInPresence,
  parseParticipant,
  parseRelayPresence,
  sharesKernelField,
  type Cursor,
  type Participant,
  type RelayPresence,
} from '../../shared/presence.ts'
import type { Identity } from '../settings/identity.ts'
import { Emitter } from '../../shared/emitter.ts'

export interface Present extends Participant {
  readonly client: number
  readonly self: boolean
}

export class PresenceRoom {
  readonly awareness: Awareness
  /** When executors that are gone were last here, in milliseconds since 1970. */
  private readonly left = new Map<string, number>()
  private here = new Set<string>()
  private readonly peopleChanged = new Emitter()
  readonly onPeople = this.peopleChanged.on
  private connectedSince = 0
  private gone: ReadonlySet<string> = new Set()

  constructor(doc: Y.Doc, identity: Identity, executor: string) {
    this.awareness = new Awareness(doc)
    this.awareness.on('change', this.onChange)
    this.awareness.setLocalState({ executor, cell: null, cursor: null })
    this.introduce(identity)
  }

  private readonly onChange = (): void => {
    const here = new Set(this.participants().flatMap(({ executors }) => executors))
    for (const executor of this.here) if (!here.has(executor)) this.left.set(executor, Date.now())
    this.here = here
    // The wish has been heard.
    if (this.awareness.getLocalState()?.[writeBackField] === true && this.relay()?.file.gone !== true)
      this.awareness.setLocalStateField(writeBackField, false)
    this.peopleChanged.emit()
  }

  introduce({ id, name, color }: Identity): void {
    // colorLight is what stock clients paint a selection with.
    this.awareness.setLocalStateField('user', { id, name, color, colorLight: `${color}33` })
  }

  setCell(cell: string | null): void {
    if (this.awareness.getLocalState()?.['cell'] !== cell) this.awareness.setLocalStateField('cell', cell)
  }

  setCursor(cursor: Cursor | null): void {
    this.awareness.setLocalStateField('cursor', cursor)
  }

  get cursor(): Cursor | null {
    return parseParticipant(this.awareness.getLocalState())?.cursor ?? null
  }

  /** The people and models here, this page first. */
  people(): Present[] {
    return this.participants().filter(({ name }) => name !== '')
  }

  private participants(): Present[] {
    const own = this.awareness.clientID
    const people: Present[] = []
    for (const [client, state] of this.awareness.getStates()) {
      const participant = parseParticipant(state)
      if (participant !== null) people.push({ ...participant, client, self: client === own })
    }
    return people.sort((a, b) => Number(b.self) - Number(a.self) || a.client - b.client)
  }

  /** What the relay says of the file; null while it is not there. */
  relay(): RelayPresence | null {
    for (const state of this.awareness.getStates().values()) {
      const relay = parseRelayPresence(state)
      if (relay !== null) return relay
    }
    return null
  }

  /** Asks the relay to write the file, which was removed, back to its place. */
  writeBack(): void {
    this.awareness.setLocalStateField(writeBackField, true)
  }

  /** Tells from when on an executor that is not seen counts as absent. */
  setConnected(connected: boolean): void {
    if (connected && this.connectedSince === 0) this.connectedSince = Date.now()
    if (!connected) this.connectedSince = 0
  }

  isHere(executor: string): boolean {
    return this.here.has(executor)
  }

  /** What people call the model of this relay; null while it is not there. */
  model(): string | null {
    for (const state of this.awareness.getStates().values()) {
      const model = modelInPresence(state)
      if (model !== null) return model
    }
    return null
  }

  /** Whether others may use this page's kernel. */
  setSharing(on: boolean): void {
    this.awareness.setLocalStateField(sharesKernelField, on)
  }

  /** Whose an executor is; null where it is not here. */
  ownerOf(executor: string): Present | null {
    return this.people().find(({ executors }) => executors.includes(executor)) ?? null
  }

  /** These executors will not be back, whether or not the relay has noticed. */
  knowGone(executors: ReadonlySet<string>): void {
    this.gone = executors
    this.peopleChanged.emit()
  }

  /** Milliseconds since the executor was last seen, 0 while it is here; Infinity where it is known to be gone. */
  absentFor(executor: string): number {
    if (this.gone.has(executor)) return Infinity
    if (this.isHere(executor)) return 0
    return Date.now() - Math.max(this.left.get(executor) ?? 0, this.connectedSince)
  }

  /** Says again that this page is here; awareness forgets who is silent for 30 seconds. */
  renew(): void {
    this.awareness.setLocalState(this.awareness.getLocalState())
  }

  destroy(): void {
    this.awareness.off('change', this.onChange)
    this.awareness.destroy()
  }
}
