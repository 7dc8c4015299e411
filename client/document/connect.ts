// The socket to the relay: the stock y-websocket provider with the two messages of ours. "Saved" is the relay's
// acknowledgement that everything sent before is on its disk, and nothing else.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { type Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import type * as Y from 'yjs'
import { closeCodes, inBin, messageAcknowledge, messageEpoch } from '../../shared/protocol.ts'

/** offline: no relay, edits wait here · connecting: the first attempt · unsaved: sent, not acknowledged · saved */
export type SyncStatus = 'offline' | 'connecting' | 'unsaved' | 'saved'

/** Why the relay will not have this page at this path; it does not connect again by itself. */
export type Refusal =
  | { readonly type: 'another-epoch' }
  /** `path` is empty where it is longer than a close reason can be. */
  | { readonly type: 'renamed'; readonly path: string }
  | { readonly type: 'no-such-notebook'; readonly reason: string }
  | { readonly type: 'in-bin' }
  | { readonly type: 'not-allowed'; readonly reason: string }

const refusalOf = (code: number, reason: string): Refusal | null => {
  switch (code) {
    case closeCodes.anotherEpoch:
      return { type: 'another-epoch' }
    case closeCodes.renamed:
      return { type: 'renamed', path: reason }
    case closeCodes.noSuchNotebook:
      return reason === inBin ? { type: 'in-bin' } : { type: 'no-such-notebook', reason }
    case closeCodes.notAllowed:
    case closeCodes.wrongOrigin:
      return { type: 'not-allowed', reason }
    case closeCodes.tooBig:
      return { type: 'not-allowed', reason: 'an edit is larger than the relay takes' }
    default:
      return null
  }
}

export interface ConnectionEvents {
  readonly onStatus: (status: SyncStatus) => void
  /** The relay's history, before its first update. */
  readonly onEpoch: (epoch: string) => void
  /** Everything the relay has is here. */
  readonly onSynced: () => void
  readonly onAcknowledged: () => void
  readonly onRefused: (refusal: Refusal) => void
}

export interface Target {
  /** Where the relay listens, e.g. `ws://127.0.0.1:8484/sync`. */
  readonly server: string
  readonly path: string
  /** Of the history this page already holds; null for an empty page. */
  readonly epoch: string | null
}

export class Connection {
  status: SyncStatus = 'connecting'
  private readonly provider: WebsocketProvider
  private readonly doc: Y.Doc
  private readonly events: ConnectionEvents
  private readonly target: Target
  private sent = 0
  private acknowledged = 0
  private asking = false
  private attempted = false

  constructor(doc: Y.Doc, awareness: Awareness, target: Target, events: ConnectionEvents) {
    this.doc = doc
    this.events = events
    this.target = target
    this.provider = new WebsocketProvider(target.server, encodeURIComponent(target.path), doc, {
      connect: false,
      awareness,
      // Tabs of one browser talk past the relay; only those of one history may. An empty page knows none yet.
      disableBc: target.epoch === null,
      params: target.epoch === null ? {} : { epoch: target.epoch },
      shouldReconnect: (event) => refusalOf(event.code, event.reason) === null,
    })
    if (target.epoch !== null) this.provider.bcChannel = this.channel(target.epoch)
    this.provider.messageHandlers[messageEpoch] = (_encoder, decoder) =>
      this.hearEpoch(decoding.readVarString(decoder))
    this.provider.messageHandlers[messageAcknowledge] = (_encoder, decoder) =>
      this.hearAcknowledgement(decoder)
    this.provider.on('status', ({ status }) => {
      if (status === 'disconnected') this.attempted = true
      this.refresh()
    })
    this.provider.on('connection-error', () => {
      this.attempted = true
      this.refresh()
    })
    this.provider.on('sync', (synced: boolean) => {
      if (synced) {
        this.askAcknowledgement()
        events.onSynced()
      }
      this.refresh()
    })
    this.provider.on('closed', ({ code, reason }) => {
      const refusal = refusalOf(code, reason)
      if (refusal !== null) events.onRefused(refusal)
    })
    doc.on('update', this.onUpdate)
    this.provider.connect()
  }

  /** The relay is there and has told us all it knows. */
  get connected(): boolean {
    return this.provider.wsconnected && this.provider.synced
  }

  private channel(epoch: string): string {
    return `${this.target.server}/${encodeURIComponent(this.target.path)}?${epoch}`
  }

  private hearEpoch(epoch: string): void {
    this.provider.params = { epoch }
    if (this.target.epoch === null && this.provider.disableBc) {
      this.provider.bcChannel = this.channel(epoch)
      this.provider.disableBc = false
      // The channel is joined at the next sync, when this page holds the history it would talk about.
      this.provider.once('sync', () => this.provider.connectBc())
    }
    this.events.onEpoch(epoch)
  }

  private readonly onUpdate = (_update: Uint8Array, origin: unknown): void => {
    if (origin === this.provider || this.asking) return
    this.asking = true
    // Once for all the updates of this turn; the provider has sent them by then.
    queueMicrotask(() => {
      this.asking = false
      this.askAcknowledgement()
    })
  }

  private askAcknowledgement(): void {
    this.sent++
    const socket = this.provider.ws
    if (this.provider.wsconnected && socket !== null && socket.readyState === socket.OPEN) {
      const payload = encoding.createEncoder()
      encoding.writeVarUint(payload, this.sent)
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, messageAcknowledge)
      encoding.writeVarUint8Array(encoder, encoding.toUint8Array(payload))
      socket.send(encoding.toUint8Array(encoder))
    }
    this.refresh()
  }

  private hearAcknowledgement(decoder: decoding.Decoder): void {
    this.acknowledged = decoding.readVarUint(decoding.createDecoder(decoding.readVarUint8Array(decoder)))
    this.refresh()
    if (this.status === 'saved') this.events.onAcknowledged()
  }

  private refresh(): void {
    const status: SyncStatus = this.connected
      ? this.acknowledged === this.sent
        ? 'saved'
        : 'unsaved'
      : this.provider.wsconnected || !this.attempted
        ? 'connecting'
        : 'offline'
    if (status === this.status) return
    this.status = status
    this.events.onStatus(status)
  }

  close(): void {
    this.doc.off('update', this.onUpdate)
    this.provider.destroy()
  }
}
