// The blobs of one open notebook: made here by Python, or referred to by what others made. Each is kept in this
// browser, and those made here go to the relay when there is one.
import type * as Y from 'yjs'
import { blobValue, type Blob, type BlobRef } from '../../shared/notebook/blob.ts'
import { attachBlobs, blobsIn, documentBlobs } from '../../shared/notebook/detach.ts'
import { type Leaf, type Notebook } from '../../shared/notebook/notebook.ts'
import { type CellObserver } from '../../shared/notebook/observe.ts'
import { docIdOf } from '../../shared/notebook/read.ts'
import { fetchBlob, sendBlob } from './relay-blobs.ts'
import { type Shelf } from './shelf.ts'

/** Milliseconds in which what outputs need is gathered. */
const gather = 250
/** Milliseconds after which what failed is tried again. */
const retry = 5_000
/** Seconds the relay may wait for the browser that made a blob. */
const patience = 20
/** Bytes kept in memory of blobs that were shown. */
const remembered = 64 << 20

export interface BlobSource {
  /** Gives the value as soon as it can be had, and null for as long as it cannot. What it returns calls it off. */
  watch(ref: BlobRef, show: (value: Leaf | null) => void): () => void
}

interface Watcher {
  readonly ref: BlobRef
  readonly show: (value: Leaf | null) => void
}

export class NotebookBlobs implements BlobSource {
  private readonly doc: Y.Doc
  private readonly shelf: Shelf
  private connected = false
  private readonly memory = new Map<string, Uint8Array>()
  private bytes = 0
  /** Made here, and not known to be at the relay. */
  private readonly unsent = new Map<string, Uint8Array>()
  private refused: string | null = null
  private readonly loading = new Map<string, Promise<Uint8Array | null>>()
  private readonly watchers = new Set<Watcher>()
  private timer: ReturnType<typeof setTimeout> | null = null
  private settling = false
  /** What was referred to when all of it was last where it belongs. */
  private settled: string | null = null
  private readonly stopObserving: () => void
  private closed = false

  constructor(doc: Y.Doc, observer: CellObserver, shelf: Shelf) {
    this.doc = doc
    this.shelf = shelf
    this.stopObserving = observer.onAnyCell((_, changes) => {
      if (changes.has('outputs')) this.settleIn(gather)
    })
  }

  /** Of what the document is about to refer to. */
  keep({ ref: { $blob }, bytes }: Blob): void {
    this.remember($blob, bytes)
    this.unsent.set($blob, bytes)
    const docId = docIdOf(this.doc)
    if (docId !== null) void this.shelve(docId, $blob, bytes, false)
  }

  /** Why the last one is not kept in this browser; null where it is. */
  get notKept(): string | null {
    return this.refused
  }

  /** One that was made here is nowhere else. */
  get atRisk(): boolean {
    return this.refused !== null && this.unsent.size > 0
  }

  private async shelve(docId: string, name: string, bytes: Uint8Array, isSent: boolean): Promise<void> {
    this.refused = await this.shelf.put(docId, name, bytes, isSent)
    if (this.atRisk) this.settleIn(retry)
  }

  watch(ref: BlobRef, show: (value: Leaf | null) => void): () => void {
    const watcher = { ref, show }
    this.watchers.add(watcher)
    void this.tell(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** The notebook as a file has it, as far as its blobs can be had. */
  async whole(notebook: Notebook): Promise<Notebook> {
    const found = new Map<string, Uint8Array>()
    for (const { $blob } of blobsIn(notebook)) {
      const bytes = await this.load($blob)
      if (bytes !== null) found.set($blob, bytes)
    }
    return attachBlobs(notebook, ({ $blob }) => found.get($blob))
  }

  /** Whether the relay is there. */
  setConnected(connected: boolean): void {
    if (this.connected === connected) return
    this.connected = connected
    if (!connected) return
    for (const watcher of this.watchers) void this.tell(watcher)
    this.settleIn(0)
  }

  /** Sends what the relay lacks, gets what this browser lacks, and drops what nothing refers to. */
  private settleIn(milliseconds: number): void {
    if (this.closed || this.timer !== null) return
    this.timer = setTimeout(() => {
      this.timer = null
      void this.settle()
    }, milliseconds)
  }

  close(): void {
    this.closed = true
    if (this.timer !== null) clearTimeout(this.timer)
    this.stopObserving()
    this.watchers.clear()
  }

  private async settle(): Promise<void> {
    const docId = docIdOf(this.doc)
    if (docId === null) return
    if (this.settling) return this.settleIn(gather)
    // Prints change outputs many times a second, and refer to nothing new.
    const names = this.names()
    if (this.unsent.size === 0 && names === this.settled) return
    this.settling = true
    try {
      const shelved = await this.shelf.list(docId)
      const wanted = new Set(documentBlobs(this.doc).map(({ $blob }) => $blob))
      let failed = false
      for (const name of wanted) {
        if (this.closed) return
        const sent = shelved.get(name) === true && !this.unsent.has(name)
        if (sent) continue
        if (!(await this.exchange(docId, name, shelved.has(name)))) failed = true
      }
      for (const name of shelved.keys()) if (!wanted.has(name)) await this.shelf.remove(docId, name)
      for (const name of this.unsent.keys()) if (!wanted.has(name)) this.unsent.delete(name)
      this.settled = failed ? null : names
      if (failed && this.connected) this.settleIn(retry)
    } finally {
      this.settling = false
    }
  }

  private names(): string {
    return documentBlobs(this.doc)
      .map(({ $blob }) => $blob)
      .sort((a, b) => (a < b ? -1 : 1))
      .join()
  }

  /** Brings one blob to where it is not: to the relay, or to this browser. Whether that was done. */
  private async exchange(docId: string, name: string, isShelved: boolean): Promise<boolean> {
    const mine = this.unsent.get(name) ?? (isShelved ? await this.shelf.find(name) : null)
    if (mine === null) {
      const bytes = await this.load(name)
      if (bytes !== null && !isShelved) await this.shelve(docId, name, bytes, true)
      return bytes !== null
    }
    if (!isShelved && !this.connected) await this.shelve(docId, name, mine, false)
    if (!this.connected || !(await sendBlob(name, mine))) return false
    this.unsent.delete(name)
    await this.shelve(docId, name, mine, true)
    return true
  }

  private async tell(watcher: Watcher): Promise<void> {
    const { ref, show } = watcher
    const bytes = await this.load(ref.$blob)
    if (!this.watchers.has(watcher)) return
    const value = bytes === null ? undefined : blobValue(ref, bytes)
    if (value !== undefined) this.watchers.delete(watcher)
    show(value ?? null)
  }

  /** From memory, this browser or the relay; one question at a time for each. */
  private load(name: string): Promise<Uint8Array | null> {
    const known = this.memory.get(name) ?? this.unsent.get(name)
    if (known !== undefined) return Promise.resolve(known)
    const under = this.loading.get(name)
    if (under !== undefined) return under
    const loading = this.find(name).finally(() => this.loading.delete(name))
    this.loading.set(name, loading)
    return loading
  }

  private async find(name: string): Promise<Uint8Array | null> {
    const bytes = (await this.shelf.find(name)) ?? (this.connected ? await fetchBlob(name, patience) : null)
    if (bytes === null) return null
    this.remember(name, bytes)
    // Those that were told it could not be had.
    for (const watcher of this.watchers) if (watcher.ref.$blob === name) void this.tell(watcher)
    return bytes
  }

  private remember(name: string, bytes: Uint8Array): void {
    this.bytes += bytes.byteLength - (this.memory.get(name)?.byteLength ?? 0)
    this.memory.delete(name)
    this.memory.set(name, bytes)
    for (const [oldest, { byteLength }] of this.memory) {
      if (this.bytes <= remembered) return
      this.memory.delete(oldest)
      this.bytes -= byteLength
    }
  }
}
