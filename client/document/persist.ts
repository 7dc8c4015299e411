// The document in this browser: y-indexeddb, with what it lacks. It reports no failure and never settles where the
// database cannot be opened (private windows, a full disk), so opening is tried first, with a limit; and it keeps the
// state the relay last acknowledged, from which local edits are told apart when the relay holds another history.
import { IndexeddbPersistence, storeState } from 'y-indexeddb'
import * as Y from 'yjs'

/** Milliseconds to wait for the browser's database before going on without. */
const patience = 3_000
const acknowledgedKey = 'acknowledged'

const probe = (name: string): Promise<string | null> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve('the browser does not answer'), patience)
    const settle = (reason: string | null): void => {
      clearTimeout(timer)
      resolve(reason)
    }
    try {
      const request = indexedDB.open(name)
      // Made here with the stores y-indexeddb makes, as it only does so for a database that is new.
      request.addEventListener('upgradeneeded', () => {
        request.result.createObjectStore('updates', { autoIncrement: true })
        request.result.createObjectStore('custom')
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

export interface Kept {
  readonly kept: true
  /** Stores the document's present state as the one the relay has on its disk. */
  readonly acknowledge: () => Promise<void>
  readonly acknowledged: () => Promise<Uint8Array | null>
  readonly close: () => Promise<void>
}
export type Persistence = Kept | { readonly kept: false; readonly reason: string }

/** Loads what this browser holds under `name` into the document and keeps storing; resolves once loaded. */
export const persist = async (doc: Y.Doc, name: string): Promise<Persistence> => {
  const reason = await probe(name)
  if (reason !== null) return { kept: false, reason }
  const persistence = new IndexeddbPersistence(name, doc)
  await persistence.whenSynced
  // Rows are only merged at 500 otherwise, and each open adds one.
  await storeState(persistence)
  return {
    kept: true,
    acknowledge: async () =>
      void (await persistence.set(acknowledgedKey, Y.encodeStateAsUpdate(doc).buffer as ArrayBuffer)),
    acknowledged: async () => {
      const found: unknown = await persistence.get(acknowledgedKey)
      return found instanceof ArrayBuffer ? new Uint8Array(found) : null
    },
    close: () => persistence.destroy(),
  }
}

/** Asks the browser not to throw this site's data away when the disk gets full. */
export const askToKeep = async (): Promise<void> => {
  if (typeof navigator.storage?.persist === 'function') await navigator.storage.persist()
}
