// A document that is open in the relay. Updates from sockets are stored and forwarded as the same bytes, and applied to
// the document a moment later; transactions of peers in this process leave by the same path.
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Emitter } from '../../shared/emitter.ts'
import { partsOf } from '../../shared/parts.ts'
import { closeCodes } from '../../shared/protocol.ts'
import type { GroupCommit } from '../log/group-commit.ts'
import type { DocumentRecord } from '../log/document-catalogue.ts'
import type { Revision } from '../log/revisions.ts'
import type { LoggedUpdate } from '../log/update-log.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import { PendingUpdates } from './pending-updates.ts'
import { Forwarding, storedOrigin } from './forwarding.ts'
import { integrate, pendingBytes } from './integrate.ts'
import { syncStep2Message, syncStep1Message, epochMessage, updateMessage, type Message } from './message.ts'
import { PresenceTable } from './presence-table.ts'
import type { RoomEvent } from './room-events.ts'
import { RelayStatus, type RelayStatusChange } from './relay-status.ts'
import { anotherHistory, pathReason, type Listener, type SocketSession } from './session.ts'

const applyWithin = 50
const maxPending = 8 << 20
const maxBacklog = 64 << 20
const tooMuchMissing = 'too many incomplete updates'

interface Received {
  readonly bytes: Uint8Array
  readonly from: SocketSession
  /** Forwarded together with what peers write in response, as they may have to repair it. */
  readonly held: boolean
}

export interface RoomOptions {
  readonly record: DocumentRecord
  readonly commit: GroupCommit
  readonly instance: string
  readonly logger: Logger
  /** Called when nothing uses the room at present. */
  readonly onUnused: () => void
  /** Called after an update of this many bytes went to the log. */
  readonly onWritten: (bytes: number) => void
}

export class Room implements Listener {
  readonly docId: string
  /** For the peers in this process. */
  readonly events = new Emitter<[RoomEvent]>()
  private readonly ydoc = new Y.Doc()
  readonly presences: PresenceTable
  private readonly sessions = new Set<SocketSession>()
  private currentRecord: DocumentRecord
  private readonly relayStatus: RelayStatus
  private readonly forwarding: Forwarding
  private presenceScheduled = false
  private unapplied: Received[] = []
  /** Something arrived that acknowledgements may depend on. */
  private unsettled = false
  /** While updates are applied: what peers write in response. */
  private responses: Uint8Array[] | null = null
  private applyTimer: NodeJS.Timeout | null = null
  /** Updates of peers in this process that are in the document but not in the log yet. */
  private unstored = 0
  private readonly pending: PendingUpdates
  private whole: Uint8Array | null = null
  private snapshot: Y.Snapshot | null = null
  private holdCount = 0

  constructor(
    history: readonly Uint8Array[],
    private readonly options: RoomOptions,
  ) {
    this.currentRecord = options.record
    this.docId = options.record.docId
    const refused = integrate(this.ydoc, history, storedOrigin)
    if (refused.length > 0)
      options.logger.error('stored updates cannot be applied', { count: refused.length })
    this.pending = new PendingUpdates(this.ydoc)
    this.forwarding = new Forwarding({
      commit: options.commit,
      sessions: this.sessions,
      doc: this.ydoc,
      apply: () => this.apply(),
      onDelivered: (own) => this.delivered(own),
    })
    this.ydoc.on('update', (update: Uint8Array, origin: unknown) => this.changed(update, origin))
    this.presences = new PresenceTable(this.ydoc, () => this.presenceChanged())
    this.relayStatus = new RelayStatus(options.instance, (presence) => this.presences.publish(presence))
  }

  get record(): DocumentRecord {
    return this.currentRecord
  }

  get path(): string {
    return this.currentRecord.path
  }

  /** The document, with everything received so far. Peers observe it and write to it in transactions. */
  get doc(): Y.Doc {
    this.apply()
    return this.ydoc
  }

  get awareness(): Awareness {
    return this.presences.awareness
  }

  /** The whole document as one update. */
  get state(): Uint8Array {
    this.apply()
    return (this.whole ??= Y.encodeStateAsUpdate(this.ydoc))
  }

  get unused(): boolean {
    return this.sessions.size === 0 && this.holdCount === 0 && this.unstored === 0
  }

  /** Keeps the room open until the returned function is called, once: for a run or a write. */
  hold(): () => void {
    this.holdCount++
    let held = true
    return () => {
      if (!held) return
      held = false
      this.holdCount--
      if (this.unused) this.options.onUnused()
    }
  }

  /** Stores a revision of the file in one commit with the document's last change. */
  storeRevision(base: Revision): void {
    this.options.commit.writeRevision(this.docId, base)
  }

  /** Resolves when the whole document is in the log. */
  stored(): Promise<void> {
    return new Promise((resolve) => this.afterStored(resolve))
  }

  /** Publishes a change of the file's or log's status. */
  setStatus(change: RelayStatusChange): void {
    this.relayStatus.set(change, this.binned)
  }

  /** The notebook was renamed, deleted or restored, or has another epoch. Pages follow a new path by themselves. */
  moved(record: DocumentRecord): void {
    const { path, epoch } = this.currentRecord
    this.currentRecord = record
    this.setStatus({})
    this.events.emit('moved')
    if (record.epoch !== epoch) this.closeAll(closeCodes.anotherEpoch, anotherHistory)
    if (record.path !== path) this.closeAll(closeCodes.renamed, pathReason(record.path))
  }

  join(session: SocketSession): void {
    this.sessions.add(session)
    session.send([
      epochMessage(this.currentRecord.epoch),
      syncStep1Message(Y.encodeStateVector(this.doc)),
      this.presences.all(),
    ])
  }

  received(session: SocketSession, message: Message, frame: Uint8Array): void {
    switch (message.type) {
      case 'ask':
        session.delivery.expectState(message.stateVector)
        this.applySoon()
        return this.afterStored(() => this.catchUp(session, message.stateVector))
      case 'update':
        return this.receiveUpdate(session, message, frame)
      case 'awareness':
        return this.presences.receive(session, message.entries)
      case 'ask awareness':
        return session.send([this.presences.all()])
      case 'acknowledge':
        return this.options.commit.afterStored(() => this.acknowledge(session, frame))
      case 'tally':
        if (message.stateVector) session.delivery.expectState(message.stateVector)
        return this.applySoon()
      default:
        throw new Error(`unknown message ${String(message satisfies never)}`)
    }
  }

  onMissing(session: SocketSession): void {
    session.send([syncStep1Message(Y.encodeStateVector(this.doc))])
  }

  onDrained(session: SocketSession): void {
    const had = this.forwarding.drained(session)
    if (had) this.afterStored(() => this.catchUp(session, had))
  }

  left(session: SocketSession): void {
    this.sessions.delete(session)
    this.forwarding.drained(session)
    this.presences.leave(session)
    if (this.unused) this.options.onUnused()
  }

  closeAll(code: number, reason: string): void {
    for (const session of this.sessions) session.close(code, reason)
  }

  destroy(): void {
    if (this.applyTimer) clearTimeout(this.applyTimer)
    for (const session of this.sessions) session.terminate()
    this.presences.destroy()
    this.ydoc.destroy()
  }

  private receiveUpdate(
    session: SocketSession,
    message: Message & { type: 'update' },
    frame: Uint8Array,
  ): void {
    const { bytes, answer, empty } = message
    session.delivery.take(message)
    if (!empty && !(answer && this.holds(bytes))) this.take(session, message, frame)
    this.applySoon()
    if (message.strange) this.apply()
  }

  private take(session: SocketSession, message: Message & { type: 'update' }, frame: Uint8Array): void {
    const { bytes, answer, strange, spans } = message
    this.log(bytes, spans[0]?.client ?? 0, this.presences.writer(session))
    const isPending = this.pending.keep(message)
    this.unapplied.push({ bytes, from: session, held: strange && !isPending })
    this.events.emit('received')
    if (!isPending && !strange) this.forwarding.show(bytes, session, answer ? updateMessage(bytes) : frame)
    const { commit } = this.options
    if (commit.backlog > maxBacklog) session.pauseWhile(() => commit.backlog > maxBacklog)
  }

  private applySoon(): void {
    this.unsettled = true
    this.applyTimer ??= setTimeout(() => this.apply(), applyWithin)
  }

  /** Only for what is applied: other parts may be pending after a lost message. */
  private acknowledge(session: SocketSession, frame: Uint8Array): void {
    session.delivery.hold(frame)
    this.unsettled = true
    this.apply()
  }

  private settle(): void {
    this.unsettled = false
    for (const session of this.sessions) {
      const released = session.delivery.settle(this.ydoc)
      if (released.length > 0) this.options.commit.afterSynced(() => session.send(released))
      if (session.delivery.excessive) session.refuse(tooMuchMissing, closeCodes.tooFast)
    }
  }

  private log(bytes: Uint8Array, client: number, writer: Pick<LoggedUpdate, 'user' | 'name'>): void {
    this.options.commit.write({ docId: this.docId, time: Date.now(), ...writer, client, bytes })
    this.options.onWritten(bytes.length)
  }

  private delivered(own: number): void {
    this.unstored -= own
    if (this.unused) this.options.onUnused()
  }

  /** A transaction by a peer in this process is stored and forwarded like any update. */
  private changed(update: Uint8Array, origin: unknown): void {
    this.whole = null
    this.snapshot = null
    this.events.emit('changed')
    if (origin === storedOrigin) return
    this.log(update, this.ydoc.clientID, { user: '' })
    if (this.responses) this.responses.push(update)
    else this.showOwn(update)
  }

  private showOwn(update: Uint8Array): void {
    this.unstored++
    this.forwarding.show(update, null, updateMessage(update))
  }

  /** Applies everything received so far, now. */
  apply(): void {
    if (this.applyTimer) clearTimeout(this.applyTimer)
    this.applyTimer = null
    const waiting = this.unapplied
    this.unapplied = []
    if (waiting.length > 0) this.applyAll(waiting)
    if (this.unsettled) this.settle()
  }

  private applyAll(waiting: readonly Received[]): void {
    const responses: Uint8Array[] = []
    this.responses = responses
    const refused = this.integrate(waiting.map((update) => update.bytes))
    this.responses = null
    this.events.emit('applied')
    const completed = this.pending.take()
    const held = waiting.filter((update) => update.held).map((update) => update.bytes)
    if (completed) held.push(completed)
    if (held.length > 0) {
      const whole = Y.mergeUpdates([...held, ...responses])
      this.forwarding.show(whole, storedOrigin, updateMessage(whole))
    } else for (const response of responses) this.showOwn(response)
    for (const index of refused) waiting[index]?.from.refuse('an update that cannot be applied')
    if (pendingBytes(this.ydoc) <= maxPending) return
    for (const session of new Set(waiting.map((update) => update.from)))
      session.refuse(tooMuchMissing, closeCodes.tooFast)
  }

  /** An exception in a peer's observer is that peer's failure: the change is in the document all the same. */
  private integrate(updates: readonly Uint8Array[]): readonly number[] {
    try {
      return integrate(this.ydoc, updates, storedOrigin)
    } catch (error) {
      this.options.logger.error('a peer failed to handle a change', {
        docId: this.docId,
        reason: messageOf(error),
      })
      return []
    }
  }

  holds(update: Uint8Array): boolean {
    this.apply()
    this.snapshot ??= Y.snapshot(this.ydoc)
    return Y.snapshotContainsUpdate(this.snapshot, update)
  }

  /** Runs `then` when the whole document is in the log: nothing may be seen that is not stored. */
  private afterStored(then: () => void): void {
    this.options.commit.afterStored(() => {
      if (this.unstored > 0) this.afterStored(then)
      else then()
    })
  }

  private catchUp(session: SocketSession, had: Uint8Array): void {
    if (!session.open) return
    if (this.forwarding.isBehind(session, had)) return
    const fresh = had.length === 1 && had[0] === 0
    this.apply()
    const update = fresh ? this.state : Y.encodeStateAsUpdate(this.ydoc, had)
    session.send(partsOf(syncStep2Message(update)))
  }

  private presenceChanged(): void {
    if (this.presenceScheduled) return
    this.presenceScheduled = true
    this.options.commit.afterStored(() => {
      this.presenceScheduled = false
      const message = this.presences.takeChanges()
      if (!message) return
      for (const session of this.sessions) if (!this.forwarding.skips(session, [])) session.send([message])
    })
  }

  private get binned(): boolean {
    return this.currentRecord.binned !== null
  }
}
