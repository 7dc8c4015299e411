// The document in this browser: an IndexedDB database of updates, in the layout of y-indexeddb. Not y-indexeddb itself,
// which tells of no failure, never settles where the database cannot be opened (private windows, a full disk), and
// leaves its transactions to commit by themselves: measured, what was typed in the 100 ms before a reload was lost in
// 6 of 8 tries. A transaction that was told to commit outlives its page.
import * as Y from 'yjs'

/** Milliseconds to wait for the browser's database before going on without. */
const patience = 3_000
/** Rows after which they are made one, */
const mergeAt = 500
/** once no update came for so many milliseconds. */
const mergeQuiet = 1_000
const updates = 'updates'
/** Beside the updates, the state the relay last acknowledged: what is local is told apart by it after a 4409. */
const custom = 'custom'
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

const openDatabase = (name: string): Promise<IDBDatabase | NotKept> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(notKept('the browser does not answer')), patience)
    const settle = (found: IDBDatabase | NotKept): void => {
      clearTimeout(timer)
      resolve(found)
    }
    try {
      const request = indexedDB.open(name)
      request.addEventListener('upgradeneeded', () => {
        request.result.createObjectStore(updates, { autoIncrement: true })
        request.result.createObjectStore(custom)
      })
      request.addEventListener('success', () => settle(request.result))
      request.addEventListener('error', () => settle(notKept(request.error?.message ?? 'storage is refused')))
      request.addEventListener('blocked', () => settle(notKept('another tab blocks the storage')))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      settle(notKept(error.message))
    }
  })

class DocumentStore implements Kept {
  readonly kept = true
  private readonly database: IDBDatabase
  private readonly doc: Y.Doc
  private readonly onFailure: (reason: string) => void
  /** The key of the last row that was brought into the document. */
  private read = 0
  private rows = 0
  private mergeTimer: ReturnType<typeof setTimeout> | null = null

  constructor(database: IDBDatabase, doc: Y.Doc, onFailure: (reason: string) => void) {
    this.database = database
    this.doc = doc
    this.onFailure = onFailure
    // The browser's own doing, as when the site's storage is cleared; close() fires neither.
    database.addEventListener('close', () => this.fail('the browser closed its storage'))
    database.addEventListener('versionchange', () => this.fail('what is stored is being removed'))
    doc.on('update', this.onUpdate)
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return
    this.write(updates, (store, transaction) => {
      store.add(update)
      transaction.commit()
    })
    if (++this.rows < mergeAt) return
    if (this.mergeTimer !== null) clearTimeout(this.mergeTimer)
    this.mergeTimer = setTimeout(() => this.merge(), mergeQuiet)
  }

  private write(name: string, action: (store: IDBObjectStore, transaction: IDBTransaction) => void): void {
    try {
      const transaction = this.database.transaction(name, 'readwrite')
      transaction.addEventListener('abort', () =>
        this.fail(transaction.error?.message ?? 'the browser stopped a write'),
      )
      action(transaction.objectStore(name), transaction)
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      this.fail(error.message)
    }
  }

  private fail(reason: string): void {
    this.close()
    this.onFailure(reason)
  }

  /** Brings the rows this page has not read into the document, and makes all of them one. */
  merge(onRead?: () => void): void {
    this.write(updates, (store, transaction) => {
      // Other tabs add rows too. They wait while this transaction lives, so that no row is removed unread.
      const unread = IDBKeyRange.lowerBound(this.read, true)
      const [keys, rows] = [store.getAllKeys(unread), store.getAll(unread)]
      rows.addEventListener('success', () => {
        const found = (rows.result as unknown[]).filter((row) => row instanceof Uint8Array)
        this.doc.transact(() => {
          for (const row of found) Y.applyUpdate(this.doc, row, this)
        }, this)
        this.read = Number(keys.result.at(-1) ?? this.read)
        this.rows = 1
        store.delete(IDBKeyRange.upperBound(this.read))
        store.add(Y.encodeStateAsUpdate(this.doc))
        transaction.commit()
        onRead?.()
      })
    })
  }

  acknowledge(): void {
    this.write(custom, (store, transaction) => {
      store.put(Y.encodeStateAsUpdate(this.doc), acknowledgedKey)
      transaction.commit()
    })
  }

  acknowledged(): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      const request = this.database.transaction(custom).objectStore(custom).get(acknowledgedKey)
      request.addEventListener('success', () =>
        resolve(request.result instanceof Uint8Array ? request.result : null),
      )
      request.addEventListener('error', () => resolve(null))
    })
  }

  close(): void {
    if (this.mergeTimer !== null) clearTimeout(this.mergeTimer)
    this.doc.off('update', this.onUpdate)
    this.database.close()
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
  const database = await openDatabase(name)
  if ('kept' in database) return database
  return new Promise((resolve) => {
    const store = new DocumentStore(database, doc, (reason) => {
      resolve(notKept(reason))
      onFailure(reason)
    })
    store.merge(() => resolve(store))
  })
}

/** Asks the browser not to throw this site's data away when the disk gets full. */
export const askToKeep = async (): Promise<void> => {
  if (typeof navigator.storage?.persist === 'function') await navigator.storage.persist()
}
