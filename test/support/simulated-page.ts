// A page in Node: the page’s own connection and recovery for a document, and what a browser would have stored.
import './browser-globals.ts'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { apply } from '../../shared/notebook/document/apply.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import {
  cellSource,
  docIdOf,
  listCells,
  readNotebook,
  visibleCells,
} from '../../shared/notebook/document/read.ts'
import { parseRelayPresence } from '../../shared/presence.ts'
import { Connection } from '../../client/document/connect.ts'
import type { DocumentHistory } from '../../client/document/histories.ts'
import { browserCopyOf, recover, type BrowserCopy } from '../../client/document/recover.ts'
import type { Random } from './random.ts'
import type { Visitor } from './roads.ts'
import { until } from './until.ts'

interface Stored {
  readonly history: DocumentHistory
  readonly state: Uint8Array
  readonly acknowledged: Uint8Array | null
}

const said = (doc: Y.Doc): string => JSON.stringify(readNotebook(doc).cells.map(({ source }) => source))

export class SimulatedPage implements Visitor {
  doc = new Y.Doc()
  private readonly copies = new Set<string>()
  private readonly origin: string
  private readonly path: string
  private awareness = new Awareness(this.doc)
  private connection: Connection | null = null
  private epoch: string | null = null
  private loaded = false
  private stored: Stored | null = null
  private digests: readonly string[] = []
  private copy: readonly BrowserCopy[] = []
  private recovering = false
  private full = false
  /** Whether there is something that the browser did not store. */
  private behind = false
  /** Whether the relay may lack something. */
  private unsent = false

  /** Receives events, for reading after a history has failed. */
  private readonly trace: (what: string) => void

  constructor(origin: string, path: string, trace: (what: string) => void) {
    this.trace = trace
    this.origin = origin
    this.path = path
  }

  get isOpen(): boolean {
    return this.connection !== null
  }

  fill(full: boolean): void {
    this.full = full
    if (this.behind) this.store()
  }

  get hasUnsavedData(): boolean {
    return this.loaded && this.behind && (this.connection?.unsent ?? this.unsent)
  }

  settled(): boolean {
    if (!this.isOpen) this.reopen()
    void this.recover()
    const isSaved = this.connection?.status === 'saved' && this.relay?.file.status === 'written'
    return isSaved && this.copy.length === 0
  }

  condition(): string {
    const { connection, relay, copy } = this
    return `${connection?.status ?? 'closed'}, ${copy.length} copies, ${JSON.stringify(relay)}, ${said(this.doc)}`
  }

  async ready(): Promise<boolean> {
    if (!this.loaded && !this.isOpen) this.open()
    await until(() => this.loaded || !this.isOpen, 60_000)
    return this.loaded
  }

  write(random: Random, word: string): Promise<boolean> {
    const { doc } = this
    const cells = visibleCells(doc)
    const id = cells[random.below(cells.length + 1)]
    const after = cells.at(-1) ?? null
    const source = id === undefined ? undefined : cellSource(doc, id)
    if (source === undefined)
      apply(doc, { type: 'insert-cell', id: newCellId(), kind: 'code', after, source: word })
    else doc.transact(() => source.insert(source.length, source.length === 0 ? word : ` ${word}`), 'command')
    return Promise.resolve(true)
  }

  sources(): readonly string[] {
    return visibleCells(this.doc).map((id) => cellSource(this.doc, id)?.toString() ?? '')
  }

  shown(): readonly string[] {
    return listCells(this.doc)
      .filter(({ deleted, ghost }) => deleted === null || ghost)
      .map(({ id }) => cellSource(this.doc, id)?.toString() ?? '')
  }

  beside(): Iterable<string> {
    return this.copies
  }

  private get relay(): ReturnType<typeof parseRelayPresence> {
    const states = [...this.awareness.getStates().values()]
    return states.map(parseRelayPresence).find((presence) => presence !== null) ?? null
  }

  open(): void {
    if (this.isOpen) return
    this.doc = new Y.Doc()
    this.epoch = this.stored?.history.epoch ?? null
    this.loaded = this.stored !== null
    if (this.stored !== null) Y.applyUpdate(this.doc, this.stored.state)
    this.behind = false
    this.doc.on('update', () => {
      this.unsent = true
      this.store()
    })
    this.awareness = new Awareness(this.doc)
    this.awareness.on('change', () => {
      const digest = this.relay?.file.digest
      if (digest !== undefined && this.digests.at(-1) !== digest) this.digests = [...this.digests, digest]
    })
    this.connect()
  }

  reopen(): void {
    if (this.loaded) this.connect()
    else this.open()
  }

  /** Connects again, with the current document. */
  connect(): void {
    this.connection?.close()
    const server = `${this.origin.replace('http', 'ws')}/sync`
    const over = this.copy.flatMap(({ history }) => history?.epoch ?? [])
    const target = { server, path: this.path, epoch: this.loaded ? this.epoch : null, over }
    this.connection = new Connection(this.doc, this.awareness, target, {
      onStatus: (status) => {
        this.trace(`is ${status}`)
        void this.recover()
      },
      onGrant: () => undefined,
      onEpoch: (epoch) => {
        this.trace(`hears of history ${epoch.slice(0, 4)}`)
        this.epoch = epoch
      },
      onSynced: () => {
        this.trace(`has ${said(this.doc)}`)
        this.loaded = true
        this.store()
        void this.recover()
      },
      onAcknowledged: () => {
        this.trace(`is told it is saved: ${said(this.doc)}`)
        this.store()
        if (this.stored !== null && !this.behind)
          this.stored = { ...this.stored, acknowledged: Y.encodeStateAsUpdate(this.doc) }
      },
      onRefused: (refusal) => {
        this.trace(`refused ${refusal.type}`)
        // The file is truncated at the moment, and nothing else has its content: the visitor comes back later.
        if (refusal.type === 'no-such-notebook') this.disconnect()
        else if (refusal.type === 'another-epoch') this.supersede()
        else throw new Error(`refused: ${refusal.type}`)
      },
    })
  }

  disconnect(): void {
    this.unsent = this.connection?.unsent ?? this.unsent
    this.connection?.close()
    this.connection = null
  }

  close(): void {
    this.disconnect()
    this.doc.destroy()
    this.loaded = false
  }

  private store(): void {
    const docId = docIdOf(this.doc)
    if (!this.loaded) return
    this.behind = this.full || docId === null || this.epoch === null
    if (this.full || docId === null || this.epoch === null) return
    const history = { docId, epoch: this.epoch }
    const isSame = this.stored?.history.epoch === history.epoch
    const acknowledged = isSame ? (this.stored?.acknowledged ?? null) : null
    this.stored = { history, state: Y.encodeStateAsUpdate(this.doc), acknowledged }
  }

  private supersede(): void {
    const relayState = { acknowledged: this.stored?.acknowledged ?? null, digests: this.digests }
    const [docId, epoch] = [docIdOf(this.doc), this.epoch]
    const history = docId === null || epoch === null ? null : { docId, epoch }
    const copy = browserCopyOf(this.doc, history, relayState)
    this.trace(`holds of another history ${said(this.doc)}`)
    if (copy !== null) this.copy = [...this.copy, copy]
    this.close()
    this.stored = null
    this.digests = []
    this.open()
  }

  private async recover(): Promise<void> {
    const [copy] = this.copy
    if (copy === undefined || this.recovering || this.connection?.connected !== true) return
    this.recovering = true
    try {
      const answer = await recover(this.path, copy, this.doc, (notebook) => Promise.resolve(notebook))
      this.trace(`recovered ${JSON.stringify(answer)}`)
      if (answer?.ok !== true) return
      if (answer.copy !== null) this.copies.add(answer.copy)
      this.copy = this.copy.filter((other) => other !== copy)
    } finally {
      this.recovering = false
    }
    return this.recover()
  }
}
