// The document in this browser: y-indexeddb, with what it lacks. It tells of no failure, so updates are written here,
// by transactions that are told to commit and so outlive their page (left to itself, it lost what was typed in the 100 ms
// before a reload in 6 of 8 tries). What cannot be stored waits here, is told of with the reason, and is tried again
// until there is room. Opening, loading, and making many rows one are the library's.
import { IndexeddbPersistence, PREFERRED_TRIM_SIZE, storeState } from 'y-indexeddb'
import * as Y from 'yjs'
import { openDatabase, reasonOf, write } from './database.ts'

/** Milliseconds after which what could not be stored is tried again. */
const retryDelay = 3_000
/** Milliseconds of quiet before many rows are made one. */
const trimQuiet = 1_000
/** The library's stores: rows of updates, in the order they came, and what is beside them. */
const updates = 'updates'
const custom = 'custom'
/** The state the relay last acknowledged: what is local is told apart by it after a 4409. */
const acknowledgedKey = 'acknowledged'
const digestsKey = 'digests'

/** What this browser has of the relay's word. */
export interface AcknowledgedState {
  /** The whole document as the relay last acknowledged it, as one update; null where it never did. */
  readonly acknowledged: Uint8Array | null
  /** Digests of the notebook's file over time, the latest last. */
  readonly digests: readonly string[]
}

export class Persistence {
  /** From when what it holds is in the document. */
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
    // The library never settles where it cannot open. Made by this, the database has the stores it would make.
    const probe = await openDatabase(this.name, (database) => {
      database.createObjectStore(updates, { autoIncrement: true })
      database.createObjectStore(custom)
    })
    if (probe.ok) probe.database.close()
    if (this.closed) return
    if (!probe.ok) return this.fail(probe.reason)
    const library = new IndexeddbPersistence(this.name, this.doc)
    this.doc.off('update', library._storeUpdate)
    // Closed below, never destroyed: while it trims it would pass over the rows it read, and remove them all the same.
    this.doc.off('destroy', library.destroy)
    try {
      const database = await library._db
      // The browser's own doing, as when the site's storage is cleared; closing it here fires neither.
      database.addEventListener('close', () => this.lose('the browser closed its storage'))
      database.addEventListener('versionchange', () => this.lose('the stored copy is being deleted'))
      // The library has begun to load by itself, but would not say that it failed. This reads all of it, and does.
      await this.trim(library)
    } catch (error) {
      library.db?.close()
      return this.fail(reasonOf(error))
    }
    if (this.closed) return library.db?.close()
    this.library = library
    if (this.waiting.length > 0) await this.store(this.waiting)
    else this.tell(null)
  }

  /** Makes all rows one, other tabs' among them; where there is no room for that, they stay as they are. */
  private async trim(library: IndexeddbPersistence): Promise<void> {
    // It counts rows as read whose transaction was aborted, and would remove another tab's that took their place.
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
      if (error instanceof DOMException && error.name === 'InvalidStateError') this.lose(reasonOf(error))
      else this.fail(reasonOf(error))
      return
    }
    const stored = new Set(some)
    this.waiting = this.waiting.filter((update) => !stored.has(update))
    library._dbsize += some.length
    // One that came while it failed, or was written before it did and may be there twice, which is no harm.
    if (this.why !== null && this.waiting.length > 0) return this.store(this.waiting)
    this.tell(null)
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
    this.tell(reason)
    this.retryTimer ??= setTimeout(() => {
      this.retryTimer = null
      void (this.library === null ? this.start() : this.store(this.waiting))
    }, retryDelay)
  }

  /** The database is gone, and with it perhaps all that was in it. */
  private lose(reason: string): void {
    if (this.closed) return
    this.library?.db?.close()
    this.library = null
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
      // By the one before more counts as local than is.
      console.info(`The acknowledged state could not be stored: ${reasonOf(error)}`)
    }
  }

  async told(): Promise<AcknowledgedState> {
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
