// Simulates a page in Node: the page's real connection and recovery code with a document, and a simulated browser storage.
import { Awareness } from 'y-protocols/awareness'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { docIdOf, readNotebook } from '../../shared/notebook/read.ts'
import { parseRelayPresence } from '../../shared/presence.ts'
import type { Connection } from '../../client/document/connect.ts'
import type { History } from '../../client/document/histories.ts'
import type { Held } from '../../client/document/recover.ts'

// Globals that Node lacks. They must exist before the connection module is loaded, because it extends WebSocket.
Object.assign(globalThis, { WebSocket, navigator: globalThis.navigator ?? {} })
const { Connection: PageConnection } = await import('../../client/document/connect.ts')
const { heldIn, recover } = await import('../../client/document/recover.ts')

interface Stored {
  readonly history: History
  readonly state: Uint8Array
  readonly acknowledged: Uint8Array | null
}

const contentOf = (doc: Y.Doc): string => JSON.stringify(readNotebook(doc).cells.map(({ source }) => source))

export class RoadPage {
  doc = new Y.Doc()
  /** Paths of recovered copies that the page links to. */
  readonly copies = new Set<string>()
  readonly #origin: string
  readonly #path: string
  #awareness = new Awareness(this.doc)
  #connection: Connection | null = null
  #epoch: string | null = null
  #loaded = false
  #stored: Stored | null = null
  #digests: readonly string[] = []
  #held: readonly Held[] = []
  /** Stored documents of previous epochs that are not recovered yet, by epoch. */
  readonly #previous = new Map<string, Uint8Array>()
  #recovering = false
  #isStorageFull = false
  /** Some changes are not in the browser's storage. */
  #unstored = false
  /** The relay may not have all changes. */
  #unsent = false

  /** Called with events, for debugging failures. */
  readonly #trace: (what: string) => void

  constructor(origin: string, path: string, trace: (what: string) => void) {
    this.#trace = trace
    this.#origin = origin
    this.#path = path
  }

  get isOpen(): boolean {
    return this.#connection !== null
  }

  get isLoaded(): boolean {
    return this.#loaded
  }

  /** Whether the browser's storage is full. */
  set full(full: boolean) {
    this.#isStorageFull = full
    if (this.#unstored) this.#store()
  }

  /** Some changes are only in this page. A real page asks before it is closed. */
  get atRisk(): boolean {
    return this.#loaded && this.#unstored && (this.#connection?.unsent ?? this.#unsent)
  }

  /** The relay has everything, and nothing is left to recover. */
  get isSettled(): boolean {
    return this.#connection?.status === 'saved' && this.#held.length === 0
  }

  get fileStatus(): string | undefined {
    return this.#relay?.file.status
  }

  get #relay(): ReturnType<typeof parseRelayPresence> {
    const states = [...this.#awareness.getStates().values()]
    return states.map(parseRelayPresence).find((presence) => presence !== null) ?? null
  }

  open(): void {
    if (this.isOpen) return
    this.doc = new Y.Doc()
    this.#epoch = this.#stored?.history.epoch ?? null
    this.#loaded = this.#stored !== null
    if (this.#stored !== null) Y.applyUpdate(this.doc, this.#stored.state)
    this.#unstored = false
    this.doc.on('update', () => {
      this.#unsent = true
      this.#store()
    })
    this.#awareness = new Awareness(this.doc)
    this.#awareness.on('change', () => {
      const digest = this.#relay?.file.digest
      if (digest !== undefined && this.#digests.at(-1) !== digest) this.#digests = [...this.#digests, digest]
    })
    this.connect()
  }

  reopen(): void {
    if (this.#loaded) this.connect()
    else this.open()
  }

  /** Connects, or reconnects with the current document. */
  connect(): void {
    this.#connection?.close()
    const server = `${this.#origin.replace('http', 'ws')}/sync`
    const target = { server, path: this.#path, epoch: this.#loaded ? this.#epoch : null }
    this.#connection = new PageConnection(this.doc, this.#awareness, target, {
      onStatus: (status) => {
        this.#trace(`status ${status}`)
        void this.#recover()
      },
      onGrant: () => undefined,
      onEpoch: (epoch) => {
        this.#trace(`epoch ${epoch.slice(0, 4)}`)
        this.#epoch = epoch
      },
      onSynced: () => {
        this.#trace(`synced ${contentOf(this.doc)}`)
        this.#loaded = true
        // The relay is back at an older epoch, for which the page still has a database.
        const before = this.#previous.get(this.#epoch ?? '')
        if (before !== undefined) Y.applyUpdate(this.doc, before)
        this.#store()
        void this.#recover()
      },
      onAcknowledged: () => {
        this.#trace(`acknowledged ${contentOf(this.doc)}`)
        this.#store()
        if (this.#stored !== null && !this.#unstored)
          this.#stored = { ...this.#stored, acknowledged: Y.encodeStateAsUpdate(this.doc) }
      },
      onRefused: (refusal) => {
        this.#trace(`refused ${refusal.type}`)
        // The file is truncated at the moment, and there is no log. The person comes back later.
        if (refusal.type === 'no-such-notebook') this.disconnect()
        else if (refusal.type === 'another-epoch') this.#supersede()
        else throw new Error(`refused: ${refusal.type}`)
      },
    })
  }

  /** Goes offline; the page stays open. */
  disconnect(): void {
    this.#unsent = this.#connection?.unsent ?? this.#unsent
    this.#connection?.close()
    this.#connection = null
  }

  close(): void {
    this.disconnect()
    this.doc.destroy()
    this.#loaded = false
  }

  #store(): void {
    const docId = docIdOf(this.doc)
    if (!this.#loaded) return
    this.#unstored = this.#isStorageFull || docId === null || this.#epoch === null
    if (this.#isStorageFull || docId === null || this.#epoch === null) return
    const history = { docId, epoch: this.#epoch }
    const isSame = this.#stored?.history.epoch === history.epoch
    const acknowledged = isSame ? (this.#stored?.acknowledged ?? null) : null
    this.#stored = { history, state: Y.encodeStateAsUpdate(this.doc), acknowledged }
  }

  #supersede(): void {
    const known = { acknowledged: this.#stored?.acknowledged ?? null, digests: this.#digests }
    const held = heldIn(this.doc, null, known)
    this.#trace(`superseded with ${contentOf(this.doc)}`)
    if (held !== null) this.#held = [...this.#held, held]
    if (held !== null && this.#epoch !== null)
      this.#previous.set(this.#epoch, Y.encodeStateAsUpdate(this.doc))
    this.close()
    this.#stored = null
    this.#digests = []
    this.open()
  }

  async #recover(): Promise<void> {
    const [held] = this.#held
    if (held === undefined || this.#recovering || this.#connection?.connected !== true) return
    this.#recovering = true
    try {
      const answer = await recover(this.#path, held, (notebook) => Promise.resolve(notebook))
      this.#trace(`recovered ${JSON.stringify(answer)}`)
      if (!answer.ok) return
      if (answer.copy !== null) this.copies.add(answer.copy)
      this.#held = this.#held.filter((other) => other !== held)
      if (this.#held.length === 0) this.#previous.clear()
    } finally {
      this.#recovering = false
    }
    return this.#recover()
  }

  /** Retries failed actions. */
  nudge(): void {
    if (!this.isOpen) this.reopen()
    void this.#recover()
  }
}
