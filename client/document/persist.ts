// Stores the document in this browser: y-indexeddb plus error handling. The library reports no failures, so updates are
// written here, in transactions with an explicit commit that outlive their page (without it, text typed in the last 100
// ms before a reload was lost in 6 of 8 tries). Updates that cannot be stored wait, are reported with the reason, and
// are retried. Opening, loading and compaction are the library's.
import { IndexeddbPersistence, PREFERRED_TRIM_SIZE, storeState } from 'y-indexeddb'
import * as Y from 'yjs'
import { openDatabase, reasonOf, write } from './database.ts'

/** Milliseconds until a failed write is retried. */
const retryDelay = 3_000
/** Milliseconds without edits before rows are compacted. */
const trimQuiet = 1_000
/** The library's stores: updates in order of arrival, and custom values. */
const updates = 'updates'
const custom = 'custom'
/** The state the relay last acknowledged; after a 4409 it tells local edits apart. */
const acknowledgedKey = 'acknowledged'
const digestsKey = 'digests'

/** What the relay has confirmed to this browser. */
export interface AcknowledgedState {
  /** The whole document as last acknowledged, as one update; null if never. */
  readonly acknowledged: Uint8Array | null
  /** Digests of the notebook's file over time, the latest last. */
  readonly digests: readonly string[]
}

export class Persistence {
  /** Set once its content is in the document. */
  private library: IndexeddbPersistence | null = null
  /** Updates that are not stored yet, in order. */
  private waiting: Uint8Array[] = []
  private why: string | null = null
  private trimTimer: ReturnType<typeof setTimeout> | undefined
  private retryTimer: ReturnType<typeof setTimeout> | null = null
  private closed = false

  constructor(
    private readonly doc: Y.Doc,
    private readonly name: string,
    private readonly onChange: () => void,
  ) {
    if (doc.store.clients.size > 0) this.waiting.push(Y.encodeStateAsUpdate(doc))
    doc.on('update', this.onUpdate)
  }

  /** Why edits are not stored, as a clause; null if they are. */
  get reason(): string | null {
    return this.why
  }

  get kept(): boolean {
    return this.why === null
  }

  /** It stores updates, or keeps trying. */
  get open(): boolean {
    return !this.closed
  }

  /** Some updates are only in memory. */
  get behind(): boolean {
    return this.why !== null && this.waiting.length > 0
  }

  /** Loads the stored content into the document, and stores what the document already had. */
  async start(): Promise<void> {
    // The library never settles if it cannot open the database. This probe reports the failure, and creates the same
    // stores.
    const probe = await openDatabase(this.name, (database) => {
      database.createObjectStore(updates, { autoIncrement: true })
      database.createObjectStore(custom)
    })
    if (probe.ok) probe.database.close()
    if (this.closed) return
    if (!probe.ok) return this.fail(probe.reason)
    const library = new IndexeddbPersistence(this.name, this.doc)
    this.doc.off('update', library._storeUpdate)
    // Closed below and never destroyed: a library that is trimming would lose rows it has read.
    this.doc.off('destroy', library.destroy)
    try {
      const database = await library._db
      // Closed by the browser, e.g. because the site's data was cleared; our own close fires neither event.
      database.addEventListener('close', () => this.onLost('the browser closed its storage'))
      database.addEventListener('versionchange', () => this.onLost('the stored copy is being deleted'))
      // The library loads by itself but does not report failure. This reads everything, and does.
      await this.trim(library)
    } catch (error) {
      library.db?.close()
      return this.fail(reasonOf(error))
    }
    if (this.closed) return library.db?.close()
    this.library = library
    if (this.waiting.length > 0) await this.store(this.waiting)
    else this.setReason(null)
  }

  /** Compacts all rows, including those of other tabs; without space for that they stay. */
  private async trim(library: IndexeddbPersistence): Promise<void> {
    // It counts rows of an aborted transaction as read, and would delete another tab's rows that took their place.
    library._dbref = 0
    await storeState(library)
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin instanceof IndexeddbPersistence) return
    this.waiting.push(update)
    if (this.why === null && this.library !== null) void this.store([update])
    else if (this.waiting.length > PREFERRED_TRIM_SIZE) this.waiting = [Y.mergeUpdates(this.waiting)]
  }

  private async store(some: readonly Uint8Array[]): Promise<void> {
    const { library } = this
    if (library === null || library.db === null) return
    try {
      await write(library.db, updates, (open) => {
        for (const update of some) open(updates).add(update)
      })
    } catch (error) {
      if (this.library !== library) return
      if (error instanceof DOMException && error.name === 'InvalidStateError') this.onLost(reasonOf(error))
      else this.fail(reasonOf(error))
      return
    }
    const stored = new Set(some)
    this.waiting = this.waiting.filter((update) => !stored.has(update))
    library._dbsize += some.length
    // An update that came during the failure may be stored twice, which is harmless.
    if (this.why !== null && this.waiting.length > 0) return this.store(this.waiting)
    this.setReason(null)
    if (library._dbsize < PREFERRED_TRIM_SIZE) return
    clearTimeout(this.trimTimer)
    this.trimTimer = setTimeout(() => {
      this.trim(library).catch((error: unknown) =>
        console.info(`Stored updates could not be compacted: ${reasonOf(error)}`),
      )
    }, trimQuiet)
  }

  private fail(reason: string): void {
    if (this.closed) return
    this.setReason(reason)
    this.retryTimer ??= setTimeout(() => {
      this.retryTimer = null
      void (this.library === null ? this.start() : this.store(this.waiting))
    }, retryDelay)
  }

  /** The database is gone, perhaps with all its content. */
  private onLost(reason: string): void {
    if (this.closed) return
    this.library?.db?.close()
    this.library = null
    this.waiting = [Y.encodeStateAsUpdate(this.doc)]
    this.fail(reason)
  }

  private setReason(reason: string | null): void {
    if (this.why === reason) return
    this.why = reason
    this.onChange()
  }

  /** Stores the present document state as the one on the relay's disk. */
  acknowledge(): void {
    void this.put(acknowledgedKey, Y.encodeStateAsUpdate(this.doc))
  }

  keepDigests(digests: readonly string[]): void {
    void this.put(digestsKey, [...digests])
  }

  private async put(key: string, value: unknown): Promise<void> {
    const database = this.library?.db ?? null
    if (database === null) return
    try {
      await write(database, custom, (open) => open(custom).put(value, key))
    } catch (error) {
      // With the older state, more edits count as local than are.
      console.info(`The acknowledged state could not be stored: ${reasonOf(error)}`)
    }
  }

  async acknowledgedState(): Promise<AcknowledgedState> {
    if (this.library === null) return { acknowledged: null, digests: [] }
    const [state, digests]: unknown[] = await Promise.all([
      this.library.get(acknowledgedKey),
      this.library.get(digestsKey),
    ])
    return {
      acknowledged: state instanceof Uint8Array ? state : null,
      digests: Array.isArray(digests) ? digests.filter((digest) => typeof digest === 'string') : [],
    }
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    clearTimeout(this.trimTimer)
    if (this.retryTimer !== null) clearTimeout(this.retryTimer)
    this.doc.off('update', this.onUpdate)
    this.library?.db?.close()
    this.library = null
  }
}

/** Loads the content of database `name` into the document and keeps storing; resolves once loaded or denied. */
export const persist = async (doc: Y.Doc, name: string, onChange: () => void): Promise<Persistence> => {
  const persistence = new Persistence(doc, name, onChange)
  await persistence.start()
  return persistence
}

/** Asks the browser not to evict this site's data when the disk is full. */
export const askToKeep = async (): Promise<void> => {
  if (typeof navigator.storage?.persist === 'function') await navigator.storage.persist()
}
