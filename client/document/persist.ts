// Stores the document in this browser, as rows of updates that become one row when they are many. All tabs add to the same
// rows. Every write is a transaction with an explicit commit that outlives its page (without it, text typed in the last
// 100 ms before a reload was lost in 6 of 8 tries). Updates that cannot be stored wait, are reported with the reason, and
// are retried.
import * as Y from 'yjs'
import { completed, openDatabase, reasonOf, settled, write } from './database.ts'

/** Milliseconds until a failed write is retried. */
const retryDelay = 3_000
/** Milliseconds without edits before rows are compacted. */
const compactQuiet = 1_000
/** Rows that are compacted. */
const manyRows = 500
/** The stores: updates in order of arrival, and other values by name. Named as y-indexeddb does. */
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
  private database: IDBDatabase | null = null
  private rows = 0
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
    const opened = await openDatabase(this.name, (database) => {
      database.createObjectStore(updates, { autoIncrement: true })
      database.createObjectStore(custom)
    })
    if (!opened.ok) return this.fail(opened.reason)
    const { database } = opened
    const lost = (reason: string) => (): void => {
      database.close()
      this.onLost(reason)
    }
    // Closed by the browser, e.g. because the site's data was cleared; our own close fires neither event.
    database.addEventListener('close', lost('the browser closed its storage'))
    database.addEventListener('versionchange', lost('the stored copy is being deleted'))
    try {
      if (!this.closed) await this.load(database)
    } catch (error) {
      database.close()
      return this.fail(reasonOf(error))
    }
    if (this.closed) return database.close()
    this.database = database
    if (this.waiting.length > 0) await this.store(this.waiting)
    else this.setReason(null)
    this.compactSoon()
  }

  private async load(database: IDBDatabase): Promise<void> {
    const transaction = database.transaction([updates, custom])
    const [row] = await Promise.all([
      settled<unknown>(transaction.objectStore(custom).get(acknowledgedRowKey)),
      this.take(transaction),
    ])
    this.isAcknowledged = row !== undefined && row === this.lastRow
  }

  /** Takes all rows into the document. */
  private async take(transaction: IDBTransaction): Promise<void> {
    const store = transaction.objectStore(updates)
    const [keys, stored]: [readonly IDBValidKey[], readonly unknown[]] = await Promise.all([
      settled(store.getAllKeys()),
      settled(store.getAll()),
    ])
    this.rows = keys.length
    this.lastRow = keys.at(-1)
    const apply = (): void => {
      for (const update of stored) if (update instanceof Uint8Array) Y.applyUpdate(this.doc, update)
    }
    // For a listener, Yjs would encode all of it again.
    this.doc.off('update', this.onUpdate)
    Y.transact(this.doc, apply, this, false)
    this.doc.on('update', this.onUpdate)
  }

  private compactSoon(): void {
    if (this.rows < manyRows) return
    clearTimeout(this.compactTimer)
    this.compactTimer = setTimeout(() => {
      this.compact().catch((error: unknown) =>
        console.info(`Stored updates could not be compacted: ${reasonOf(error)}`),
      )
    }, compactQuiet)
  }

  /** Replaces all rows, including those of other tabs, by one; without space for that they stay. */
  private async compact(): Promise<void> {
    if (this.database === null) return
    const transaction = this.database.transaction(updates, 'readwrite')
    const done = completed(transaction)
    await this.take(transaction)
    const store = transaction.objectStore(updates)
    store.add(Y.encodeStateAsUpdate(this.doc))
    store.delete(IDBKeyRange.upperBound(this.lastRow))
    await done
    this.rows = 1
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin instanceof Persistence) return
    this.isAcknowledged = false
    this.waiting.push(update)
    if (this.why === null && this.database !== null) void this.store([update])
    else if (this.waiting.length > manyRows) this.waiting = [Y.mergeUpdates(this.waiting)]
  }

  private async store(some: readonly Uint8Array[]): Promise<void> {
    const { database } = this
    if (database === null) return
    let last: IDBRequest<IDBValidKey> | undefined
    try {
      await write(database, updates, (open) => {
        for (const update of some) last = open(updates).add(update)
      })
    } catch (error) {
      if (this.database !== database) return
      if (error instanceof DOMException && error.name === 'InvalidStateError') this.onLost(reasonOf(error))
      else this.fail(reasonOf(error))
      return
    }
    const stored = new Set(some)
    this.waiting = this.waiting.filter((update) => !stored.has(update))
    this.rows += some.length
    this.lastRow = last?.result
    // An update that came during the failure may be stored twice, which is harmless.
    if (this.why !== null && this.waiting.length > 0) return this.store(this.waiting)
    this.setReason(null)
    this.compactSoon()
  }

  private fail(reason: string): void {
    if (this.closed) return
    this.setReason(reason)
    this.retryTimer ??= setTimeout(() => {
      this.retryTimer = null
      void (this.database === null ? this.start() : this.store(this.waiting))
    }, retryDelay)
  }

  /** The database is gone, perhaps with all its content. */
  private onLost(reason: string): void {
    if (this.closed) return
    this.database = null
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
    const { database } = this
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
    return this.database === null
      ? undefined
      : settled(this.database.transaction(custom).objectStore(custom).get(key))
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    clearTimeout(this.compactTimer)
    if (this.retryTimer !== null) clearTimeout(this.retryTimer)
    this.doc.off('update', this.onUpdate)
    this.database?.close()
    this.database = null
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
