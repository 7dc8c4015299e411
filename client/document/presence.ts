// Presence in the notebook: what this page publishes, and the others as parsed values.
import { equalityDeep } from 'lib0/function'
import { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import {
  asksField,
  budgetsInPresence,
  callsInPresence,
  writeBackField,
  modelInPresence,
  parseParticipant,
  parseRelayPresence,
  sharesKernelField,
  type Cursor,
  type Participant,
  type RelayPresence,
} from '../../shared/presence.ts'
import { freeColor, type Identity } from '../settings/identity.ts'
import { Emitter } from '../../shared/emitter.ts'
import { now } from './clock.ts'

export interface Present extends Participant {
  readonly client: number
  readonly self: boolean
}

export class PresenceRoom {
  readonly awareness: Awareness
  /** When absent executors were last seen, in milliseconds since 1970. */
  private readonly left = new Map<string, number>()
  private here = new Set<string>()
  private readonly peopleChanged = new Emitter()
  /** Somebody came, left or shows something else, but not where they are. */
  readonly onPeople = this.peopleChanged.on
  private readonly moved = new Emitter()
  /** Of all changes: carets move many times a second, and few care. */
  readonly onMove = this.moved.on
  /** What each client shows, without where they are. */
  private readonly shown = new Map<number, object>()
  private connectedSince = 0
  private gone: ReadonlySet<string> = new Set()
  private identity: Identity
  private color: string
  private readonly since = now()

  constructor(doc: Y.Doc, identity: Identity, executor: string) {
    this.identity = identity
    this.color = identity.color
    this.awareness = new Awareness(doc)
    this.awareness.on('change', this.onChange)
    this.awareness.setLocalState({ executor, cell: null, cursor: null })
    this.introduce(identity)
  }

  private readonly onChange = (changed: Record<'added' | 'updated' | 'removed', number[]>): void => {
    const differ = [...changed.added, ...changed.updated].filter((client) => this.isShownAnew(client))
    for (const client of changed.removed) this.shown.delete(client)
    if (differ.length > 0 || changed.removed.length > 0) this.noteHere()
    this.moved.emit()
  }

  private isShownAnew(client: number): boolean {
    const shown = { ...this.awareness.getStates().get(client), cell: null, cursor: null }
    if (equalityDeep(this.shown.get(client), shown)) return false
    this.shown.set(client, shown)
    return true
  }

  private noteHere(): void {
    const here = new Set(this.participants().flatMap(({ executors }) => executors))
    for (const executor of this.here) if (!here.has(executor)) this.left.set(executor, Date.now())
    this.here = here
    this.giveWay()
    // The request was fulfilled.
    if (this.awareness.getLocalState()?.[writeBackField] === true && this.relay()?.file.gone !== true)
      this.awareness.setLocalStateField(writeBackField, false)
    this.peopleChanged.emit()
  }

  introduce(identity: Identity): void {
    if (identity.color !== this.identity.color) this.color = identity.color
    this.identity = identity
    const { id, name, anyColor } = identity
    const color = anyColor === true ? this.color : identity.color
    const colorSince = anyColor === true ? this.since : 0
    // Stock clients paint a selection with colorLight.
    this.awareness.setLocalStateField('user', { id, name, color, colorLight: `${color}33`, colorSince })
  }

  /** Of two who have the same colour, the one who came later takes another, unless they chose it. */
  private giveWay(): void {
    const { id, anyColor } = this.identity
    if (anyColor !== true) return
    const others = this.people().filter((person) => !person.self && person.id !== id)
    const isTaken = others.some(
      ({ color, colorSince, client }) =>
        color === this.color &&
        (colorSince < this.since || (colorSince === this.since && client < this.awareness.clientID)),
    )
    if (!isTaken) return
    const color = freeColor(new Set(others.map((person) => person.color)))
    if (color === null) return
    this.color = color
    this.introduce(this.identity)
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

  /** People and models that are present, this page first. */
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

  /** The relay's state; null while it is absent. */
  relay(): RelayPresence | null {
    for (const state of this.awareness.getStates().values()) {
      const relay = parseRelayPresence(state)
      if (relay !== null) return relay
    }
    return null
  }

  /** Asks the relay to write the deleted file again. */
  writeBack(): void {
    this.awareness.setLocalStateField(writeBackField, true)
  }

  /** Executors not seen count as absent from the time of connecting. */
  setConnected(connected: boolean): void {
    if (connected && this.connectedSince === 0) this.connectedSince = Date.now()
    if (!connected) this.connectedSince = 0
  }

  isHere(executor: string): boolean {
    return this.here.has(executor)
  }

  /** The label of the relay's model; null while the relay is absent. */
  model(): string | null {
    for (const state of this.awareness.getStates().values()) {
      const model = modelInPresence(state)
      if (model !== null) return model
    }
    return null
  }

  /** The token budget of one of the relay's providers, or of its default one; null if unknown. */
  budget(provider: string | null): number | null {
    for (const state of this.awareness.getStates().values()) {
      const budgets = budgetsInPresence(state)
      if (budgets !== null)
        return (provider === null ? [...budgets.values()][0] : budgets.get(provider)) ?? null
    }
    return null
  }

  /** Digests of the kernel calls that the relay vouches for; the relay accepts this field from nobody else. */
  calls(): ReadonlySet<string> {
    return new Set([...this.awareness.getStates().values()].flatMap(callsInPresence))
  }

  /** Digests of the calls that this page asks its person about. */
  setAsks(digests: readonly string[]): void {
    this.awareness.setLocalStateField(asksField, digests)
  }

  /** Whether others may use this page's kernel. */
  setSharing(on: boolean): void {
    this.awareness.setLocalStateField(sharesKernelField, on)
  }

  /** The owner of an executor; null if absent. */
  ownerOf(executor: string): Present | null {
    return this.people().find(({ executors }) => executors.includes(executor)) ?? null
  }

  /** Marks executors that will not return, before the relay has noticed. */
  markGone(executors: ReadonlySet<string>): void {
    this.gone = executors
    this.peopleChanged.emit()
  }

  /** Milliseconds since the executor was last seen, 0 while present; Infinity if known to be gone. */
  absentFor(executor: string): number {
    if (this.gone.has(executor)) return Infinity
    if (this.isHere(executor)) return 0
    return Date.now() - Math.max(this.left.get(executor) ?? 0, this.connectedSince)
  }

  /** Renews this page's state; awareness drops clients silent for 30 seconds. */
  renew(): void {
    this.awareness.setLocalState(this.awareness.getLocalState())
  }

  destroy(): void {
    this.awareness.off('change', this.onChange)
    this.awareness.destroy()
  }
}
