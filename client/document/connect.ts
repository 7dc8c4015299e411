// The connection to the relay: the stock y-websocket provider plus our messages. "Saved" means that the relay
// acknowledged everything sent before as on its disk. While this page may lack something, or does not know whether the
// relay has everything, it asks.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { applyAwarenessUpdate, type Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { readEntries, writeEntries } from '../../shared/awareness.ts'
import { parseRelayPresence } from '../../shared/presence.ts'
import {
  messageAcknowledge,
  messageAwareness,
  messageEpoch,
  messageForbidden,
  messageGrant,
  messageQueryAwareness,
  messageSync,
  messageTally,
  syncStep2,
} from '../../shared/protocol.ts'
import { Failures } from './failures.ts'
import { refusalOf, type Refusal } from './refusal.ts'
import { lostCode, SyncSocket } from './socket.ts'
import { adaptToTabs, askBack, writeAsking } from './tabs.ts'

/** Maximum milliseconds between attempts to reach the relay. */
const defaultDelay = 2_500
/** Attempts after which the library waits the maximum. */
const manyAttempts = 20
/** Milliseconds between checks for missing messages, which are requested after 1, 2, 4, 8 … checks. */
const watchEvery = 1_000
/** Bytes read between two checks that show a large answer still arriving. */
const underWay = 64 << 10
/** Superseded epochs reported at most. */
const maxOver = 20
/** Milliseconds in which messages of other tabs are gathered. */
const gather = 300

/** offline: no relay, edits wait here · connecting: the first attempt · unsaved: sent, not acknowledged · saved */
export type SyncStatus = 'offline' | 'connecting' | 'unsaved' | 'saved'

type SyncHandler = WebsocketProvider['messageHandlers'][number]

export interface ConnectionEvents {
  readonly onStatus: (status: SyncStatus) => void
  /** The role at the relay; called before its first update. */
  readonly onGrant: (grant: string) => void
  /** The relay's epoch; called before its first update. */
  readonly onEpoch: (epoch: string) => void
  /** The page has everything the relay has. */
  readonly onSynced: () => void
  readonly onAcknowledged: () => void
  readonly onRefused: (refusal: Refusal) => void
}

export interface Target {
  /** The relay's WebSocket URL, e.g. `ws://127.0.0.1:8484/sync`. */
  readonly server: string
  readonly path: string
  /** Epoch of the history this page holds; null for an empty page. */
  readonly epoch: string | null
  /** Earlier epochs in this browser, of which the relay may lack something. */
  readonly over: readonly string[]
}

/** If the relay has one of the `over` epochs again, it begins a new one. */
const paramsOf = ({ epoch, over }: Target): Record<string, string> => {
  if (epoch !== null) return { epoch }
  return over.length === 0 ? {} : { over: over.slice(-maxOver).join(',') }
}

export class Connection {
  status: SyncStatus = 'connecting'
  /** There may be edits the relay has not acknowledged; for a page just opened this is known once it is saved. */
  unsent: boolean
  private readonly provider: WebsocketProvider
  private sent = 0
  private acknowledged = 0
  private asking = false
  private attempted = false
  private readonly failures = new Failures()
  private shownProblem: string | null = null
  /** Why the relay rejected the edits made here. */
  private forbidden: string | null = null
  /** A message from the relay was lost; true until the relay has answered a request for it. */
  private missedMessage = false
  /** Pending structs that the relay's last answer lacked too: nobody ever sent what they depend on. */
  private unavailable: readonly unknown[] = []
  private named = false
  private receivingFromTab = false
  private tabTimer: ReturnType<typeof setTimeout> | null = null
  private readonly watching: ReturnType<typeof setInterval>
  private isClosed = false
  private stopListening = (): void => undefined
  private checks = 0
  private readBefore = 0

  constructor(
    private readonly doc: Y.Doc,
    awareness: Awareness,
    private readonly target: Target,
    private readonly events: ConnectionEvents,
  ) {
    this.unsent = target.epoch !== null
    this.provider = new WebsocketProvider(target.server, encodeURIComponent(target.path), doc, {
      connect: false,
      awareness,
      WebSocketPolyfill: SyncSocket,
      // Tabs of one browser also exchange updates directly, but only within one epoch; an empty page has none yet.
      disableBc: target.epoch === null,
      params: paramsOf(target),
      shouldReconnect: (event) => refusalOf(event.code, event.reason) === null,
    })
    if (target.epoch !== null) this.provider.bcChannel = this.channel(target.epoch)
    adaptToTabs(this.provider)
    this.provider.messageHandlers[messageEpoch] = (_encoder, decoder) =>
      this.onEpochMessage(decoding.readVarString(decoder))
    this.provider.messageHandlers[messageAcknowledge] = (_encoder, decoder) => this.onAcknowledgement(decoder)
    this.provider.messageHandlers[messageGrant] = (_encoder, decoder) =>
      events.onGrant(decoding.readVarString(decoder))
    this.provider.messageHandlers[messageForbidden] = (_encoder, decoder) => {
      this.forbidden = decoding.readVarString(decoder)
      this.refresh()
    }
    this.provider.messageHandlers[messageTally] = (_encoder, decoder) => this.onTally(decoder)
    this.provider.messageHandlers[messageAwareness] = (_encoder, decoder, _provider, fromRelay) =>
      this.onPresence(decoding.readVarUint8Array(decoder), fromRelay)
    const [syncHandler] = this.provider.messageHandlers
    if (syncHandler === undefined) throw new Error('the provider has no handler for sync messages')
    this.provider.messageHandlers[messageSync] = this.withHandler(syncHandler)
    this.provider.on('status', ({ status }) => {
      if (status === 'disconnected') this.attempted = true
      else if (status === 'connecting') this.begin()
      this.refresh()
    })
    this.provider.on('connection-close', this.onClose)
    this.provider.on('connection-error', () => {
      this.attempted = true
      this.refresh()
    })
    this.provider.on('sync', (synced: boolean) => {
      if (synced) {
        this.askAcknowledgement(true)
        events.onSynced()
      }
      this.refresh()
    })
    this.provider.on('closed', ({ code, reason }) => {
      const refusal = refusalOf(code, reason)
      if (refusal !== null) events.onRefused(refusal)
    })
    doc.on('update', this.onUpdate)
    this.watching = setInterval(this.watch, watchEvery)
    void this.listenForSilence()
    this.provider.connect()
  }

  /** Loaded later: a page just opened has not slept. Without it the library finds out in half a minute. */
  private async listenForSilence(): Promise<void> {
    const { endSilence } = await import('./silence.ts').catch(() => ({ endSilence: null }))
    if (!this.isClosed && endSilence !== null)
      this.stopListening = endSilence(this.provider, () => {
        this.askAcknowledgement(true)
        const { sent } = this
        return () => this.acknowledged >= sent
      })
  }

  private get socket(): SyncSocket | null {
    return this.provider.ws instanceof SyncSocket ? this.provider.ws : null
  }

  private begin(): void {
    this.missedMessage = this.named = false
    this.forbidden = null
    this.readBefore = this.checks = 0
    if (this.socket !== null) this.socket.width = this.failures.width
    this.introduceAgain()
  }

  /**
   * When a connection ends, the library forgets the others and the relay this page, but not their clocks: an entry with
   * the same clock would be ignored until its owner renews it, for up to 15 s.
   */
  private introduceAgain(): void {
    const { awareness } = this.provider
    for (const client of awareness.meta.keys())
      if (client !== awareness.clientID && !awareness.states.has(client)) awareness.meta.delete(client)
    awareness.setLocalState(awareness.getLocalState())
  }

  /**
   * Unsaved edits would be resent at once and fail again, so each retry waits longer. Not where the relay never said a
   * word: a proxy opens connections to one that is gone, and it is wanted as soon as it is back.
   */
  private readonly onClose = (event: CloseEvent | null): void => {
    const { provider, socket } = this
    provider.maxBackoffTime = defaultDelay
    if (event?.code === lostCode) return
    if (!provider.wsconnected || socket === null || socket.received === 0 || this.status === 'saved') return
    provider.maxBackoffTime = this.failures.add(event?.code ?? 0, event?.reason ?? '', socket.largest)
    provider.wsUnsuccessfulReconnects = manyAttempts
  }

  /** The relay is connected and has sent all it has. */
  get connected(): boolean {
    return this.provider.wsconnected && this.provider.synced
  }

  /** What arrives now is the relay's answer with all that this page lacks. */
  get isCatchingUp(): boolean {
    const { wsconnected, synced } = this.provider
    return wsconnected && !synced && !this.receivingFromTab
  }

  /** Why edits cannot be saved although the relay is connected; null if there is no problem. */
  get problem(): string | null {
    return this.forbidden ?? this.failures.reason
  }

  /** The document lacks something, and the relay has not been asked for it since. */
  private get missesSomething(): boolean {
    const { pendingStructs, pendingDs } = this.doc.store
    const isPending = (pendingStructs ?? pendingDs) !== null
    return (
      this.missedMessage ||
      (isPending && (pendingStructs !== this.unavailable[0] || pendingDs !== this.unavailable[1]))
    )
  }

  private channel(epoch: string): string {
    return `${this.target.server}/${encodeURIComponent(this.target.path)}?${epoch}`
  }

  private onEpochMessage(epoch: string): void {
    this.named = true
    this.provider.params = { epoch }
    if (this.target.epoch === null && this.provider.disableBc) {
      this.provider.bcChannel = this.channel(epoch)
      this.provider.disableBc = false
      // The channel is joined at the next sync, when this page holds that epoch.
      this.provider.once('sync', () => this.provider.connectBc())
    }
    this.events.onEpoch(epoch)
  }

  /** Wraps the library's handler of sync messages to observe them. */
  private withHandler(handler: SyncHandler): SyncHandler {
    return (encoder, decoder, provider, fromRelay, type) => {
      // The epoch message was lost: without it, histories could be mixed.
      if (fromRelay && !this.named) return this.socket?.close()
      const step = decoding.peekVarUint(decoder)
      if (!fromRelay) askBack(provider, decoder)
      this.receivingFromTab = !fromRelay
      try {
        handler(encoder, decoder, provider, fromRelay, type)
      } finally {
        this.receivingFromTab = false
      }
      if (fromRelay && step === syncStep2) {
        const { pendingStructs, pendingDs } = this.doc.store
        this.missedMessage = false
        this.unavailable = [pendingStructs, pendingDs]
      }
      this.refresh()
    }
  }

  private readonly onUpdate = (_update: Uint8Array, origin: unknown): void => {
    if (origin === this.provider) {
      if (this.receivingFromTab) this.onTabMessage()
      return
    }
    this.unsent = true
    if (this.asking) return
    this.asking = true
    // Once for all updates of this turn; the provider has sent them by then.
    queueMicrotask(() => {
      this.asking = false
      this.askAcknowledgement()
    })
  }

  /**
   * Presence comes from the relay; only without it, from other tabs, because a tab that has not noticed its own
   * disconnection yet would repeat outdated entries. The relay's own entry is only accepted from the relay.
   */
  private onPresence(update: Uint8Array, fromRelay: boolean): void {
    const { awareness, wsconnected } = this.provider
    if (fromRelay) return applyAwarenessUpdate(awareness, update, this.provider)
    if (wsconnected) return
    const others = readEntries(update).filter(({ state }) => parseRelayPresence(JSON.parse(state)) === null)
    applyAwarenessUpdate(awareness, writeEntries(others), this.provider)
  }

  /** The tab that made the update sends it, if it is still open; whether it did is known by the relay's answer. */
  private onTabMessage(): void {
    this.unsent = true
    this.sent++
    this.refresh()
    this.tabTimer ??= setTimeout(() => {
      this.tabTimer = null
      this.askAcknowledgement(true)
    }, gather)
  }

  private send(write: (encoder: encoding.Encoder) => void): void {
    const { socket } = this
    if (this.provider.wsconnected && socket?.readyState === WebSocket.OPEN)
      socket.send(encoding.encode(write))
  }

  /** `withState`: also reports the state vector, which may include unsent edits. */
  private askAcknowledgement(withState = false): void {
    this.sent++
    this.send((encoder) => {
      encoding.writeVarUint(encoder, messageTally)
      encoding.writeVarUint(encoder, this.socket?.sent ?? 0)
      encoding.writeVarUint8Array(encoder, withState ? Y.encodeStateVector(this.doc) : new Uint8Array())
    })
    this.send((encoder) => {
      encoding.writeVarUint(encoder, messageAcknowledge)
      encoding.writeVarUint8Array(
        encoder,
        encoding.encode((payload) => encoding.writeVarUint(payload, this.sent)),
      )
    })
    this.refresh()
  }

  private askAgain(): void {
    this.send((encoder) => writeAsking(encoder, this.doc))
    this.send((encoder) => encoding.writeVarUint(encoder, messageQueryAwareness))
    this.askAcknowledgement(true)
  }

  private readonly watch = (): void => {
    const { socket } = this
    if (socket === null || !this.provider.wsconnected || this.status === 'saved' || socket.stuck) {
      this.checks = 0
      return
    }
    const busy = socket.bytesReceived - this.readBefore > underWay || socket.bufferedAmount > 0
    this.readBefore = socket.bytesReceived
    if (busy) return
    this.checks++
    const isDue = (this.checks & (this.checks - 1)) === 0
    if (isDue && (this.missesSomething || this.checks > 1)) this.askAgain()
  }

  private onTally(decoder: decoding.Decoder): void {
    const { socket } = this
    if (socket === null) return
    const lost = decoding.readVarUint(decoder) - (socket.received - 1)
    if (lost === socket.lost) return
    socket.lost = lost
    // The epoch is sent once per connection.
    if (!this.named) socket.close()
    this.missedMessage = true
    this.askAgain()
  }

  private onAcknowledgement(decoder: decoding.Decoder): void {
    this.acknowledged = decoding.readVarUint(decoding.createDecoder(decoding.readVarUint8Array(decoder)))
    this.refresh()
    if (this.status === 'saved') this.events.onAcknowledged()
  }

  private refresh(): void {
    const status: SyncStatus = this.connected
      ? this.acknowledged === this.sent && !this.missesSomething && this.socket?.stuck !== true
        ? 'saved'
        : 'unsaved'
      : this.provider.wsconnected || !this.attempted
        ? 'connecting'
        : 'offline'
    if (status === 'saved') {
      this.unsent = false
      this.failures.clear()
    } else if (this.socket?.stuck === true) this.failures.stuck()
    if (status === this.status && this.problem === this.shownProblem) return
    this.status = status
    this.shownProblem = this.problem
    this.events.onStatus(status)
  }

  close(): void {
    this.isClosed = true
    clearInterval(this.watching)
    this.stopListening()
    if (this.tabTimer !== null) clearTimeout(this.tabTimer)
    this.doc.off('update', this.onUpdate)
    this.provider.destroy()
  }
}
