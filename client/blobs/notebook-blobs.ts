// The blobs of an open notebook, created here by Python or elsewhere. All of them are stored in this browser, and those
// created here are sent to the relay.
import type * as Y from 'yjs'
import { blobValue, type OutputBlob, type BlobRef } from '../../shared/notebook/output/blob.ts'
import {
  inlineBlobs,
  blobsIn,
  documentBlobs,
  type FindBlob,
} from '../../shared/notebook/document/blob-references.ts'
import { ByteCache } from '../../shared/byte-cache.ts'
import type { Leaf, Notebook } from '../../shared/notebook/notebook.ts'
import type { CellObserver } from '../../shared/notebook/document/observe.ts'
import { docIdOf } from '../../shared/notebook/document/read.ts'
import { SharedCalls } from '../../shared/shared-calls.ts'
import { fetchBlob, sendBlob } from './relay-blobs.ts'
import type { BlobDatabase } from './blob-database.ts'

/** Milliseconds for which changes of outputs are collected. */
const syncDelay = 250
/** Milliseconds after which failed transfers are retried. */
const retryDelay = 5_000
/** Seconds the relay may wait for a blob from another browser. */
const relayWait = 20
/** Bytes in memory. */
const maxCacheSize = 64 << 20

export interface BlobSource {
  /** Calls `show` with the value once it is available, and with null if it is not yet. The returned function stops it. */
  watch(ref: BlobRef, show: (value: Leaf | null) => void): () => void
}

interface Watcher {
  readonly ref: BlobRef
  readonly show: (value: Leaf | null) => void
}

export class NotebookBlobs implements BlobSource {
  private connected = false
  private readonly cache = new ByteCache(maxCacheSize)
  /** Created here and not yet stored by the relay. */
  private readonly unsent = new Map<string, Uint8Array>()
  private storeError: string | null = null
  private readonly loading = new SharedCalls<Uint8Array | null>()
  private readonly watchers = new Set<Watcher>()
  private timer: ReturnType<typeof setTimeout> | null = null
  private syncing = false
  /** The references of the document when its blobs were last completely synced. */
  private synced: string | null = null
  private readonly stopObserving: () => void
  private closed = false

  constructor(
    private readonly doc: Y.Doc,
    observer: CellObserver,
    private readonly blobDatabase: BlobDatabase,
  ) {
    this.stopObserving = observer.onAnyCell((_, changes) => {
      if (changes.has('outputs')) this.syncIn(syncDelay)
    })
  }

  /** Stores a blob the document is about to refer to. */
  keep({ ref: { $blob }, bytes }: OutputBlob): void {
    this.cache.add($blob, bytes)
    this.unsent.set($blob, bytes)
    const docId = docIdOf(this.doc)
    if (docId !== null) void this.store(docId, $blob, bytes, false)
  }

  /** Why the last blob could not be stored in this browser; null if it was. */
  get storageProblem(): string | null {
    return this.storeError
  }

  /** A blob created here is stored neither in this browser nor at the relay. */
  get hasUnsavedData(): boolean {
    return this.storeError !== null && this.unsent.size > 0
  }

  private async store(docId: string, name: string, bytes: Uint8Array, isSent: boolean): Promise<void> {
    this.storeError = await this.blobDatabase.put(docId, name, bytes, isSent)
    if (this.hasUnsavedData) this.syncIn(retryDelay)
  }

  watch(ref: BlobRef, show: (value: Leaf | null) => void): () => void {
    const watcher = { ref, show }
    this.watchers.add(watcher)
    void this.notify(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** The notebook with the values of its blobs, as far as they are available. */
  async whole(notebook: Notebook): Promise<Notebook> {
    return inlineBlobs(notebook, await this.available(blobsIn(notebook)))
  }

  /** Finds those of them that are available. */
  async available(refs: readonly BlobRef[]): Promise<FindBlob> {
    const found = new Map<string, Uint8Array>()
    for (const { $blob } of refs) {
      const bytes = await this.load($blob)
      if (bytes !== null) found.set($blob, bytes)
    }
    return ({ $blob }) => found.get($blob)
  }

  setConnected(connected: boolean): void {
    if (this.connected === connected) return
    this.connected = connected
    if (!connected) return
    for (const watcher of this.watchers) void this.notify(watcher)
    this.syncIn(0)
  }

  /** Sends blobs missing at the relay, fetches those missing here, and removes unreferenced ones. */
  private syncIn(milliseconds: number): void {
    if (this.closed || this.timer !== null) return
    this.timer = setTimeout(() => {
      this.timer = null
      void this.sync()
    }, milliseconds)
  }

  close(): void {
    this.closed = true
    if (this.timer !== null) clearTimeout(this.timer)
    this.stopObserving()
    this.watchers.clear()
  }

  private async sync(): Promise<void> {
    const docId = docIdOf(this.doc)
    if (docId === null) return
    if (this.syncing) return this.syncIn(syncDelay)
    // Most changes of outputs do not affect references.
    const names = this.names()
    if (this.unsent.size === 0 && names === this.synced) return
    this.syncing = true
    try {
      const stored = await this.blobDatabase.list(docId)
      const referenced = new Set(documentBlobs(this.doc).map(({ $blob }) => $blob))
      let failed = false
      for (const name of referenced) {
        if (this.closed) return
        const sent = stored.get(name) === true && !this.unsent.has(name)
        if (sent) continue
        if (!(await this.exchange(docId, name, stored.has(name)))) failed = true
      }
      for (const name of stored.keys()) if (!referenced.has(name)) await this.blobDatabase.remove(docId, name)
      for (const name of this.unsent.keys()) if (!referenced.has(name)) this.unsent.delete(name)
      this.synced = failed ? null : names
      if (failed && this.connected) this.syncIn(retryDelay)
    } finally {
      this.syncing = false
    }
  }

  private names(): string {
    return documentBlobs(this.doc)
      .map(({ $blob }) => $blob)
      .sort((a, b) => (a < b ? -1 : 1))
      .join()
  }

  /** Transfers a blob to the relay or to this browser. Returns whether it is now stored in both. */
  private async exchange(docId: string, name: string, isStored: boolean): Promise<boolean> {
    const local = this.unsent.get(name) ?? (isStored ? await this.blobDatabase.find(name) : null)
    if (local === null) {
      const bytes = await this.load(name)
      if (bytes !== null && !isStored) await this.store(docId, name, bytes, true)
      return bytes !== null
    }
    if (!isStored && !this.connected) await this.store(docId, name, local, false)
    if (!this.connected || !(await sendBlob(name, local))) return false
    this.unsent.delete(name)
    await this.store(docId, name, local, true)
    return true
  }

  private async notify(watcher: Watcher): Promise<void> {
    const { ref, show } = watcher
    const bytes = await this.load(ref.$blob)
    if (!this.watchers.has(watcher)) return
    const value = bytes === null ? undefined : blobValue(ref, bytes)
    if (value !== undefined) this.watchers.delete(watcher)
    show(value ?? null)
  }

  /** From the cache, this browser or the relay, with at most one request per blob at a time. */
  private load(name: string): Promise<Uint8Array | null> {
    const known = this.cache.get(name) ?? this.unsent.get(name)
    return known === undefined ? this.loading.run(name, () => this.find(name)) : Promise.resolve(known)
  }

  private async find(name: string): Promise<Uint8Array | null> {
    const bytes =
      (await this.blobDatabase.find(name)) ?? (this.connected ? await fetchBlob(name, relayWait) : null)
    if (bytes === null) return null
    this.cache.add(name, bytes)
    // Watchers that were called with null before.
    for (const watcher of this.watchers) if (watcher.ref.$blob === name) void this.notify(watcher)
    return bytes
  }
}
