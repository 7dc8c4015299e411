// Stores the document in this browser: y-indexeddb plus error handling. The library reports no failures, so updates are
// written here, in transactions with an explicit commit that outlive their page (without it, text typed in the last 100
// ms before a reload was lost in 6 of 8 tries). Updates that cannot be stored wait, are reported with the reason, and
// are retried. Opening, loading and compaction are the library's.
import { IndexeddbPersistence, PREFERRED_TRIM_SIZE, storeState } from 'y-indexeddb'
import * as Y from 'yjs'
import { openDatabase, reasonOf, settled, write } from './database.ts'

/** Milliseconds until a failed write is retried. */
const retryDelay = 3_000
/** Milliseconds without edits before rows are compacted. */
const compactQuiet = 1_000
/** The library's stores: updates in order of arrival, and other values by name. */
const updates = 'updates'
const custom = 'custom'
/** The state the relay last acknowledged; after a 4409 it tells local edits apart. */
const acknowledgedKey = 'acknowledged'
/** The last row when that state was stored: as long as it is the last, nothing is newer. */
const acknowledgedRowKey = 'acknowledged row'
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
  private lastRow: IDBValidKey | undefined
  /** The document is the acknowledged state that is stored. */
  private isAcknowledged = false
  /** Updates that are not stored yet, in order. */
  private waiting: Uint8Array[] = []
  private why: string | null = null
  private compactTimer: ReturnType<typeof setTimeout> | undefined
  private retryTimer: ReturnType<typeof setTimeout> | null = null
  private closed = false

  constructor(
    private readonly doc: Y.Doc,
    private readonly name: string,
    private readonly onChange: () => void,
  ) {
    if (doc.store.clients.size > 0) this.waiting.push(Y.encodeStateAsUpdate(doc))
    doc.on('update', this.onUpdate)
    doc.on('beforeTransaction', this.beforeTransaction)
    doc.on('afterAllTransactions', this.afterTransactions)
  }

  /** While the stored updates are read: for an update listener, Yjs would encode all of them again. */
  private readonly beforeTransaction = ({ origin }: Y.Transaction): void => {
    if (origin instanceof IndexeddbPersistence) this.doc.off('update', this.onUpdate)
  }

  private readonly afterTransactions = (): void => void this.doc.on('update', this.onUpdate)

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
      // The library does not report failure. This waits for the transaction in which it reads.
      const stores = database.transaction([updates, custom])
      const row = await settled<unknown>(stores.objectStore(custom).get(acknowledgedRowKey))
      if (!library.synced) throw new Error('the stored updates cannot be read')
      // Its own row, empty, is the last one.
      this.lastRow = library._dbref - 1
      this.isAcknowledged = this.waiting.length === 0 && row === library._dbref - 2
    } catch (error) {
      library.db?.close()
      return this.fail(reasonOf(error))
    }
    if (this.closed) return library.db?.close()
    this.library = library
    if (this.waiting.length > 0) await this.store(this.waiting)
    else this.setReason(null)
    this.compactSoon(library)
  }

  /** Replaces all rows, including those of other tabs, by one; without space for that they stay. */
  private compactSoon(library: IndexeddbPersistence): void {
    if (library._dbsize < PREFERRED_TRIM_SIZE) return
    clearTimeout(this.compactTimer)
    this.compactTimer = setTimeout(() => {
      // It counts rows of an aborted transaction as read, and would delete another tab's rows that took their place.
      library._dbref = 0
      storeState(library).catch((error: unknown) =>
        console.info(`Stored updates could not be compacted: ${reasonOf(error)}`),
      )
    }, compactQuiet)
  }

  private readonly onUpdate = (update: Uint8Array): void => {
    this.isAcknowledged = false
    this.waiting.push(update)
    if (this.why === null && this.library !== null) void this.store([update])
    else if (this.waiting.length > PREFERRED_TRIM_SIZE) this.waiting = [Y.mergeUpdates(this.waiting)]
  }

  private async store(some: readonly Uint8Array[]): Promise<void> {
    const { library } = this
    if (library === null || library.db === null) return
    let last: IDBRequest<IDBValidKey> | undefined
    try {
      await write(library.db, updates, (open) => {
        for (const update of some) last = open(updates).add(update)
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
    this.lastRow = last?.result
    // An update that came during the failure may be stored twice, which is harmless.
    if (this.why !== null && this.waiting.length > 0) return this.store(this.waiting)
    this.setReason(null)
    this.compactSoon(library)
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
    if (this.isAcknowledged) return
    this.isAcknowledged = true
    void this.put([acknowledgedKey, Y.encodeStateAsUpdate(this.doc)], [acknowledgedRowKey, this.lastRow])
  }

  keepDigests(digests: readonly string[]): void {
    void this.put([digestsKey, [...digests]])
  }

  private async put(...values: readonly (readonly [key: string, value: unknown])[]): Promise<void> {
    const database = this.library?.db ?? null
    if (database === null) return
    try {
      await write(database, custom, (open) => {
        for (const [key, value] of values) open(custom).put(value, key)
      })
    } catch (error) {
      // With the older state, more edits count as local than are.
      console.info(`The acknowledged state could not be stored: ${reasonOf(error)}`)
    }
  }

  async acknowledgedState(): Promise<AcknowledgedState> {
    const [state, digests] = await Promise.all([this.read(acknowledgedKey), this.digests()])
    return { acknowledged: state instanceof Uint8Array ? state : null, digests }
  }

  async digests(): Promise<readonly string[]> {
    const digests = await this.read(digestsKey)
    return Array.isArray(digests) ? digests.filter((digest) => typeof digest === 'string') : []
  }

  private async read(key: string): Promise<unknown> {
    return this.library?.get(key)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    clearTimeout(this.compactTimer)
    if (this.retryTimer !== null) clearTimeout(this.retryTimer)
    this.doc.off('update', this.onUpdate)
    this.doc.off('beforeTransaction', this.beforeTransaction)
    this.doc.off('afterAllTransactions', this.afterTransactions)
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
