// An open notebook on this page: document, undo history, presence, storage in this browser, connection to the relay.
// The browser's copy is loaded first, then the network.
import * as Y from 'yjs'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { newKernelId } from '../../shared/notebook/ids.ts'
import { CellObserver } from '../../shared/notebook/document/observe.ts'
import { docIdOf, notebookMetaValue } from '../../shared/notebook/document/read.ts'
import { readOnlyKey } from '../../shared/notebook/read-only.ts'
import { checkSchema } from '../../shared/notebook/document/schema.ts'
import { Undo } from '../../shared/notebook/document/undo.ts'
import { Connection, type SyncStatus } from './connect.ts'
import type { Refusal } from './refusal.ts'
import type { CurrentGrant } from './grant.ts'
import { startHeartbeat } from './heartbeat.ts'
import {
  databaseName,
  findHistory,
  findSuperseded,
  forgetHistory,
  keepHistory,
  keepSuperseded,
  type DocumentHistory,
} from './histories.ts'
import type { Identity } from '../settings/identity.ts'
import { askToKeep, persist, type Persistence } from './persist.ts'
import { pathNow } from './notebooks-api.ts'
import { carryOwnText } from './own-text.ts'
import { PresenceRoom } from './presence.ts'
import { forget, browserCopyOf, type BrowserCopy } from './recover.ts'
import { Emitter } from '../../shared/emitter.ts'

/** Milliseconds after an acknowledgement before the acknowledged state is stored. */
const acknowledgeQuiet = 2_000
const maxDigests = 200
/** Milliseconds until denied storage is tried again. */
const retryDelay = 5_000

export type OpenEvent =
  | { readonly type: 'changed' }
  /** The relay has another epoch: this history is over, and this was its content. */
  | { readonly type: 'superseded'; readonly copy: BrowserCopy | null }
  /** The same notebook has another path; everything else continues. */
  | { readonly type: 'renamed' }

export class OpenNotebook {
  path: string
  readonly doc = new Y.Doc()
  readonly observer = new CellObserver(this.doc)
  readonly undo = new Undo(this.doc)
  /** This page's kernel id, by which others see that it is alive. */
  readonly executor = newKernelId()
  readonly presence: PresenceRoom
  /** There is something to show. */
  loaded = false
  /** Shown as an app or as slides. */
  presented = false
  refusal: Refusal | null = null
  private persistence: Persistence | null = null
  private connection: Connection | null = null
  private epoch: string | null = null
  private server = ''
  private keeping = false
  /** A reload would find the browser's copy. */
  private findable = true
  private retryTimer: ReturnType<typeof setTimeout> | null = null
  private closed = false
  /** Digests of the file, as the relay reported them: they identify an older file. */
  private digests: readonly string[] = []
  private acknowledgeTimer: ReturnType<typeof setTimeout> | null = null
  private readonly events = new Emitter<[OpenEvent]>()
  readonly on = this.events.on
  private readonly stopHeartbeat: () => void
  private readonly stopCarrying = carryOwnText(
    this.doc,
    () => this.allowed,
    () => this.connection?.isCatchingUp === true,
  )

  constructor(
    path: string,
    identity: Identity,
    readonly grant: CurrentGrant,
  ) {
    this.path = path
    this.presence = new PresenceRoom(this.doc, identity, this.executor)
    this.stopHeartbeat = startHeartbeat(() => this.presence.renew())
    this.presence.onPeople(() => this.noteFile())
  }

  get sync(): SyncStatus {
    return this.connection?.status ?? 'connecting'
  }

  /** Null until the document is loaded. */
  get docId(): string | null {
    return docIdOf(this.doc)
  }

  /** Why edits cannot be saved although the relay is connected; null if there is no problem. */
  get problem(): string | null {
    return this.connection?.problem ?? null
  }

  get connected(): boolean {
    return this.connection?.connected ?? false
  }

  /** Why this browser does not store the notebook; null if it does, or while unknown. */
  get storageProblem(): string | null {
    return this.findable ? (this.persistence?.reason ?? null) : 'the browser denies storage'
  }

  /** Resolves once there is something to show. */
  async whenLoaded(): Promise<void> {
    if (this.loaded) return
    await new Promise<void>((resolve) => {
      const stop = this.on(() => {
        if (!this.loaded) return
        stop()
        resolve()
      })
    })
  }

  /** Some edits are neither acknowledged by the relay nor stored in the browser. */
  get hasUnsavedData(): boolean {
    if (!this.loaded || this.connection?.unsent === false) return false
    return !this.findable || this.persistence === null || this.persistence.behind
  }

  get readOnly(): boolean {
    return notebookMetaValue(this.doc, readOnlyKey) === true
  }

  /** Whether role, schema and the read-only mark allow edits and runs. */
  private get allowed(): boolean {
    return this.grant.allows('write') && checkSchema(this.doc).writable && !this.readOnly
  }

  /** Why there is nothing to show. */
  get notOpened(): Refusal | null {
    return this.loaded ? null : this.refusal
  }

  /** Whether edits are allowed, and it is not shown as an app or as slides. */
  get editable(): boolean {
    return this.allowed && !this.presented
  }

  /** Whether its cells can be run and its widgets used now. */
  get runnable(): boolean {
    return this.loaded && this.allowed
  }

  /** Whether it can be edited now. */
  get writable(): boolean {
    return this.loaded && this.editable
  }

  /** Whether its person can comment on it now. */
  get commentable(): boolean {
    return this.loaded && this.grant.allows('comment') && checkSchema(this.doc).writable
  }

  /** Loads the browser's copy, then connects. Resolves when the copy is loaded. */
  async open(server: string): Promise<void> {
    const history = findHistory(this.path)
    if (history !== null) this.persistence = await this.persist(history)
    if (this.closed) return
    if (history !== null && docIdOf(this.doc) !== null) {
      this.epoch = history.epoch
      this.loaded = true
      this.events.emit({ type: 'changed' })
      this.digests = (await this.persistence?.digests()) ?? []
    } else this.openLater(server)
    this.doc.on('update', this.acknowledgeSoon)
    this.server = server
    this.connect()
    this.events.emit({ type: 'changed' })
  }

  private persist(history: DocumentHistory): Promise<Persistence> {
    return persist(this.doc, databaseName(history), () => this.events.emit({ type: 'changed' }))
  }

  /** The browser denied access to its copy, which must not be mixed with another history from the relay; so it is retried only while nothing is loaded. */
  private openLater(server: string): void {
    this.persistence?.close()
    if (this.persistence?.kept !== false) return
    this.retry(() => {
      if (this.loaded) return
      if (this.sync !== 'offline') return this.openLater(server)
      this.connection?.close()
      void this.open(server)
    })
  }

  private retry(again: () => void): void {
    if (this.retryTimer !== null) clearTimeout(this.retryTimer)
    this.retryTimer = setTimeout(again, retryDelay)
  }

  private connect(): void {
    this.connection?.close()
    const target = {
      server: this.server,
      path: this.path,
      epoch: this.loaded ? this.epoch : null,
      over: findSuperseded(this.path).map(({ epoch }) => epoch),
    }
    this.connection = new Connection(this.doc, this.presence.awareness, target, {
      onStatus: () => {
        this.presence.setConnected(this.connected)
        this.events.emit({ type: 'changed' })
      },
      onGrant: (message) => this.grant.receive(message),
      onEpoch: (epoch) => (this.epoch = epoch),
      onSynced: () => void this.onSynced(),
      onAcknowledged: this.acknowledgeSoon,
      onRefused: (refusal) => void this.onRefused(refusal),
    })
  }

  private get history(): DocumentHistory | null {
    const docId = docIdOf(this.doc)
    return docId === null || this.epoch === null ? null : { docId, epoch: this.epoch }
  }

  /** Begins to store the document when it first arrives. */
  private async onSynced(): Promise<void> {
    this.presence.setConnected(true)
    this.loaded = true
    this.events.emit({ type: 'changed' })
    await this.keep()
  }

  private async keep(): Promise<void> {
    const { history } = this
    if (history === null || this.closed || this.keeping || (this.persistence?.open === true && this.findable))
      return
    this.keeping = true
    this.findable = keepHistory(this.path, history)
    if (this.persistence?.open !== true) {
      this.persistence = await this.persist(history)
      this.persistence.keepDigests(this.digests)
    }
    this.keeping = false
    if (!this.findable) this.retry(() => void this.keep())
    if (this.persistence.kept) await askToKeep()
    this.events.emit({ type: 'changed' })
    this.acknowledgeSoon()
  }

  /** Once nothing of this page is unacknowledged, the relay has the whole document, including others' edits. */
  private readonly acknowledgeSoon = (): void => {
    if (this.acknowledgeTimer !== null) clearTimeout(this.acknowledgeTimer)
    this.acknowledgeTimer = setTimeout(() => {
      this.acknowledgeTimer = null
      if (this.sync === 'saved' && this.persistence?.kept === true) this.persistence.acknowledge()
    }, acknowledgeQuiet)
  }

  private async onRefused(refusal: Refusal): Promise<void> {
    if (refusal.type === 'another-epoch') {
      const relayState = await this.persistence?.acknowledgedState()
      const { history } = this
      const isKept = history !== null && keepSuperseded(this.path, history)
      const copy = browserCopyOf(this.doc, isKept ? history : null, {
        acknowledged: relayState?.acknowledged ?? null,
        digests: this.digests,
      })
      if (copy === null && isKept) forget(this.path, history)
      forgetHistory(this.path)
      this.events.emit({ type: 'superseded', copy })
      return
    }
    if (refusal.type === 'renamed') {
      const path = refusal.path || (await pathNow(this.path))
      if (this.closed || path === null) return
      const { history } = this
      if (history !== null) keepHistory(path, history)
      forgetHistory(this.path)
      this.path = path
      this.connect()
      this.events.emit({ type: 'renamed' })
      return
    }
    this.refusal = refusal
    this.events.emit({ type: 'changed' })
  }

  private noteFile(): void {
    const digest = this.presence.relay()?.file.digest
    if (digest === undefined || this.digests.at(-1) === digest) return
    this.digests = [...this.digests.filter((other) => other !== digest), digest].slice(-maxDigests)
    this.persistence?.keepDigests(this.digests)
  }

  /** Publishes the current cell of this page's person. */
  setCell(cell: CellId | null): void {
    this.presence.setCell(cell)
  }

  close(): void {
    this.closed = true
    if (this.acknowledgeTimer !== null) clearTimeout(this.acknowledgeTimer)
    this.stopHeartbeat()
    this.stopCarrying()
    this.connection?.close()
    this.presence.destroy()
    this.undo.destroy()
    this.observer.dispose()
    if (this.retryTimer !== null) clearTimeout(this.retryTimer)
    this.persistence?.close()
    this.doc.destroy()
  }
}
