// The document in this browser: a row for each update, written at once by a transaction that is told to commit and so
// outlives its page (left to itself, it lost what was typed in the 100 ms before a reload in 6 of 8 tries), and many
// rows made one. What cannot be stored waits here, is told of with the reason, and is tried again until there is room.
import * as Y from 'yjs'
import { completed, openDatabase, reasonOf, settled } from './database.ts'

/** Milliseconds after which what could not be stored is tried again. */
const retryAfter = 3_000
/** Rows that are made one, after so many milliseconds of quiet. */
const manyRows = 500
const mergeQuiet = 1_000
/** Rows of updates, in the order they came. */
const updates = 'updates'
const custom = 'custom'
/** The state the relay last acknowledged: what is local is told apart by it after a 4409. */
const acknowledgedKey = 'acknowledged'
const digestsKey = 'digests'

/** What this browser has of the relay's word. */
export interface Told {
  /** The whole document as the relay last acknowledged it, as one update; null where it never did. */
  readonly acknowledged: Uint8Array | null
  /** Digests of the notebook's file over time, the latest last. */
  readonly digests: readonly string[]
}

export class Persistence {
  private readonly doc: Y.Doc
  private readonly name: string
  private readonly onChange: () => void
  private database: IDBDatabase | null = null
  /** Updates that are not stored yet, in order. */
  private waiting: Uint8Array[] = []
  private why: string | null = null
  private rows = 0
  private mergeTimer: ReturnType<typeof setTimeout> | null = null
  private retryTimer: ReturnType<typeof setTimeout> | null = null
  private closed = false

  constructor(doc: Y.Doc, name: string, onChange: () => void) {
    this.doc = doc
    this.name = name
    this.onChange = onChange
    if (doc.store.clients.size > 0) this.waiting.push(Y.encodeStateAsUpdate(doc))
    doc.on('update', this.onUpdate)
  }

  /** Why what is written is not kept, as a clause of a sentence; null where it is. */
  get reason(): string | null {
    return this.why
  }

  get kept(): boolean {
    return this.why === null
  }

  /** It goes on keeping, or trying to. */
  get open(): boolean {
    return !this.closed
  }

  /** Something is only in memory. */
  get behind(): boolean {
    return this.why !== null && this.waiting.length > 0
  }

  /** Brings what is stored into the document, and what the document had before into the store. */
  async start(): Promise<void> {
    const opened = await openDatabase(this.name, (database) => {
      database.createObjectStore(updates, { autoIncrement: true })
      database.createObjectStore(custom)
    })
    if (this.closed) {
      if (opened.ok) opened.database.close()
      return
    }
    if (!opened.ok) return this.fail(opened.reason)
    const { database } = opened
    // The browser's own doing, as when the site's storage is cleared; closing it here fires neither.
    database.addEventListener('close', () => this.lose('the browser closed its storage'))
    database.addEventListener('versionchange', () => this.lose('what is stored is being removed'))
    try {
      this.take(await settled(database.transaction(updates).objectStore(updates).getAll()))
    } catch (error) {
      database.close()
      return this.fail(reasonOf(error))
    }
    this.database = database
    if (this.waiting.length > 0) await this.store(this.waiting)
    else this.tell(null)
    if (this.rows > 1) await this.merge()
  }

  private take(rows: readonly unknown[]): void {
    this.rows = rows.length
    this.doc.transact(() => {
      for (const row of rows) if (row instanceof Uint8Array) Y.applyUpdate(this.doc, row, this)
    }, this)
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return
    this.waiting.push(update)
    if (this.why === null && this.database !== null) void this.store([update])
    else if (this.waiting.length > manyRows) this.waiting = [Y.mergeUpdates(this.waiting)]
  }

  private async store(some: readonly Uint8Array[]): Promise<void> {
    const { database } = this
    if (database === null || this.closed) return
    try {
      const transaction = database.transaction(updates, 'readwrite')
      const store = transaction.objectStore(updates)
      for (const update of some) store.add(update)
      const done = completed(transaction)
      transaction.commit()
      await done
    } catch (error) {
      if (error instanceof DOMException && error.name === 'InvalidStateError') this.lose(reasonOf(error))
      else this.fail(reasonOf(error))
      return
    }
    const stored = new Set(some)
    this.waiting = this.waiting.filter((update) => !stored.has(update))
    this.rows += some.length
    // One that came while it failed, or was written before it did and may be there twice, which is no harm.
    if (this.why !== null && this.waiting.length > 0) return this.store(this.waiting)
    this.tell(null)
    if (this.rows < manyRows) return
    if (this.mergeTimer !== null) clearTimeout(this.mergeTimer)
    this.mergeTimer = setTimeout(() => void this.merge(), mergeQuiet)
  }

  /** Makes all rows one, other tabs' among them. Where there is no room for that, they stay as they are. */
  private async merge(): Promise<void> {
    const { database } = this
    if (database === null || this.closed) return
    this.rows = 0
    try {
      const transaction = database.transaction(updates, 'readwrite')
      const done = completed(transaction)
      done.catch(() => undefined)
      const store = transaction.objectStore(updates)
      const keys = await settled(store.getAllKeys())
      this.take(await settled(store.getAll()))
      store.add(Y.encodeStateAsUpdate(this.doc))
      const last = keys.at(-1)
      if (last !== undefined) store.delete(IDBKeyRange.upperBound(last))
      transaction.commit()
      await done
      this.rows = 1
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      console.info(`Many rows stay many: ${reasonOf(error)}`)
    }
  }

  private fail(reason: string): void {
    if (this.closed) return
    this.tell(reason)
    this.retryTimer ??= setTimeout(() => {
      this.retryTimer = null
      void (this.database === null ? this.start() : this.store(this.waiting))
    }, retryAfter)
  }

  /** The database is gone, and with it perhaps all that was in it. */
  private lose(reason: string): void {
    if (this.closed) return
    this.database?.close()
    this.database = null
    this.waiting = [Y.encodeStateAsUpdate(this.doc)]
    this.fail(reason)
  }

  private tell(reason: string | null): void {
    if (this.why === reason) return
    this.why = reason
    this.onChange()
  }

  /** Stores the document's present state as the one the relay has on its disk. */
  acknowledge(): void {
    this.put(acknowledgedKey, () => Y.encodeStateAsUpdate(this.doc))
  }

  keepDigests(digests: readonly string[]): void {
    this.put(digestsKey, () => [...digests])
  }

  private put(key: string, value: () => unknown): void {
    if (this.database === null || this.closed) return
    try {
      const transaction = this.database.transaction(custom, 'readwrite')
      transaction.objectStore(custom).put(value(), key)
      transaction.commit()
    } catch (error) {
      // The one before stays, by which more counts as local than is.
      if (!(error instanceof DOMException)) throw error
    }
  }

  async told(): Promise<Told> {
    if (this.database === null) return { acknowledged: null, digests: [] }
    const store = this.database.transaction(custom).objectStore(custom)
    const [state, digests]: unknown[] = await Promise.all([
      settled(store.get(acknowledgedKey)),
      settled(store.get(digestsKey)),
    ])
    return {
      acknowledged: state instanceof Uint8Array ? state : null,
      digests: Array.isArray(digests) ? digests.filter((digest) => typeof digest === 'string') : [],
    }
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    if (this.mergeTimer !== null) clearTimeout(this.mergeTimer)
    if (this.retryTimer !== null) clearTimeout(this.retryTimer)
    this.doc.off('update', this.onUpdate)
    this.database?.close()
  }
}

/** Loads what this browser holds under `name` into the document and keeps storing; resolves once loaded or refused. */
export const persist = async (doc: Y.Doc, name: string, onChange: () => void): Promise<Persistence> => {
  const persistence = new Persistence(doc, name, onChange)
  await persistence.start()
  return persistence
}

/** Asks the browser not to throw this site's data away when the disk gets full. */
export const askToKeep = async (): Promise<void> => {
  if (typeof navigator.storage?.persist === 'function') await navigator.storage.persist()
}
