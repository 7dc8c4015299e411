// The document in this browser: y-indexeddb, with what it lacks. It tells of no failure and never settles where the
// database cannot be opened (private windows, a full disk), so that is tried first, with a limit. And it leaves its
// transactions to commit by themselves, which a reload aborts: measured, what was typed in the 100 ms before a reload
// was lost in 6 of 8 tries on a busy machine. So updates are written here, by transactions that are told to commit,
// which outlive their page; loading and merging stay the library's.
import { IndexeddbPersistence, PREFERRED_TRIM_SIZE, storeState } from 'y-indexeddb'
import * as Y from 'yjs'

/** Milliseconds to wait for the browser's database before going on without. */
const patience = 3_000
/** Milliseconds of quiet before many rows are made one. */
const mergeQuiet = 1_000
/** The library's stores. */
const updates = 'updates'
const custom = 'custom'
/** Beside the updates, the state the relay last acknowledged: what is local is told apart by it after a 4409. */
const acknowledgedKey = 'acknowledged'

export interface Kept {
  readonly kept: true
  /** Stores the document's present state as the one the relay has on its disk. */
  readonly acknowledge: () => void
  readonly acknowledged: () => Promise<Uint8Array | null>
  readonly close: () => void
}
export interface NotKept {
  readonly kept: false
  readonly reason: string
}
export type Persistence = Kept | NotKept

export const notKept = (reason: string): NotKept => ({ kept: false, reason })

/** Why the database cannot be opened, or null. Made here, it has the stores the library would make. */
const probe = (name: string): Promise<string | null> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve('the browser does not answer'), patience)
    const settle = (reason: string | null): void => {
      clearTimeout(timer)
      resolve(reason)
    }
    try {
      const request = indexedDB.open(name)
      request.addEventListener('upgradeneeded', () => {
        request.result.createObjectStore(updates, { autoIncrement: true })
        request.result.createObjectStore(custom)
      })
      request.addEventListener('success', () => {
        request.result.close()
        settle(null)
      })
      request.addEventListener('error', () => settle(request.error?.message ?? 'storage is refused'))
      request.addEventListener('blocked', () => settle('another tab blocks the storage'))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      settle(error.message)
    }
  })

class DocumentStore implements Kept {
  readonly kept = true
  private readonly doc: Y.Doc
  private readonly persistence: IndexeddbPersistence
  private readonly onFailure: (reason: string) => void
  private rows = 0
  private mergeTimer: ReturnType<typeof setTimeout> | null = null
  private closed = false

  constructor(doc: Y.Doc, name: string, onFailure: (reason: string) => void) {
    this.doc = doc
    this.onFailure = onFailure
    this.persistence = new IndexeddbPersistence(name, doc)
    doc.off('update', this.persistence._storeUpdate)
    doc.on('update', this.onUpdate)
  }

  /** Resolves when what was stored is in the document, and is one row. */
  async load(): Promise<void> {
    await this.persistence.whenSynced
    // The browser's own doing, as when the site's storage is cleared; closing it here fires neither.
    this.persistence.db?.addEventListener('close', () => this.fail('the browser closed its storage'))
    this.persistence.db?.addEventListener('versionchange', () => this.fail('what is stored is being removed'))
    await this.merge()
  }

  private async merge(): Promise<void> {
    this.rows = 0
    await storeState(this.persistence)
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    // Before it is open the library takes the whole document along when it opens.
    if (origin === this.persistence || this.persistence.db === null) return
    this.write(this.persistence.db, updates, (store) => store.add(update))
    if (++this.rows < PREFERRED_TRIM_SIZE) return
    if (this.mergeTimer !== null) clearTimeout(this.mergeTimer)
    this.mergeTimer = setTimeout(() => void this.merge(), mergeQuiet)
  }

  private write(database: IDBDatabase, name: string, action: (store: IDBObjectStore) => unknown): void {
    if (this.closed) return
    try {
      const transaction = database.transaction(name, 'readwrite')
      transaction.addEventListener('abort', () =>
        this.fail(transaction.error?.message ?? 'the browser stopped a write'),
      )
      action(transaction.objectStore(name))
      transaction.commit()
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      this.fail(error.message)
    }
  }

  private fail(reason: string): void {
    if (this.closed) return
    this.close()
    this.onFailure(reason)
  }

  acknowledge(): void {
    const { db } = this.persistence
    if (db !== null)
      this.write(db, custom, (store) => store.put(Y.encodeStateAsUpdate(this.doc), acknowledgedKey))
  }

  async acknowledged(): Promise<Uint8Array | null> {
    const found: unknown = await this.persistence.get(acknowledgedKey)
    return found instanceof Uint8Array ? found : null
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    if (this.mergeTimer !== null) clearTimeout(this.mergeTimer)
    this.doc.off('update', this.onUpdate)
    void this.persistence.destroy()
  }
}

/**
 * Loads what this browser holds under `name` into the document and keeps storing; resolves once loaded. `onFailure`:
 * from then on nothing more is kept.
 */
export const persist = async (
  doc: Y.Doc,
  name: string,
  onFailure: (reason: string) => void,
): Promise<Persistence> => {
  const reason = await probe(name)
  if (reason !== null) return notKept(reason)
  const store = new DocumentStore(doc, name, onFailure)
  await store.load()
  return store
}

/** Asks the browser not to throw this site's data away when the disk gets full. */
export const askToKeep = async (): Promise<void> => {
  if (typeof navigator.storage?.persist === 'function') await navigator.storage.persist()
}
