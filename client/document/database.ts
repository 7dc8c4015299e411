// IndexedDB with failures as text: its error messages may be empty, and a blocked database may not respond at all.

/** Milliseconds to wait for a response. */
const timeout = 3_000

/** Why something could not be stored, as a clause. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error) || error.name === 'AbortError') return 'the browser aborted the write'
  if (error.name === 'TimeoutError') return 'the storage of the browser does not respond'
  if (error.name === 'QuotaExceededError') return "this browser's storage is full"
  return `the browser denies storage (${error.message === '' ? error.name : error.message})`
}

export type Opened =
  { readonly ok: true; readonly database: IDBDatabase } | { readonly ok: false; readonly reason: string }

/** `createStores` is called for a new database. */
export const openDatabase = (name: string, createStores: (database: IDBDatabase) => void): Promise<Opened> =>
  new Promise((resolve) => {
    const failed = (reason: string): void => {
      clearTimeout(timer)
      abandoned = true
      resolve({ ok: false, reason })
    }
    let abandoned = false
    const timer = setTimeout(() => failed('the storage of the browser does not respond'), timeout)
    try {
      const request = indexedDB.open(name)
      request.addEventListener('upgradeneeded', () => createStores(request.result))
      request.addEventListener('success', () => {
        clearTimeout(timer)
        if (abandoned) request.result.close()
        else resolve({ ok: true, database: request.result })
      })
      request.addEventListener('error', () => failed(reasonOf(request.error)))
      request.addEventListener('blocked', () => failed('another tab blocks the storage'))
    } catch (error) {
      failed(reasonOf(error))
    }
  })

/** Deleted once every page has closed it. */
export const removeDatabase = (name: string): void => {
  try {
    indexedDB.deleteDatabase(name)
  } catch (error) {
    // It only takes space; it is never opened again.
    console.info(`A database could not be deleted: ${reasonOf(error)}`)
  }
}

export const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new DOMException('', 'AbortError')))
  })

/** Resolves when written. The explicit commit lets the transaction outlive its page. */
export const write = (
  database: IDBDatabase,
  names: string | string[],
  action: (open: (name: string) => IDBObjectStore) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction(names, 'readwrite')
    action((name) => transaction.objectStore(name))
    const timer = setTimeout(() => reject(new DOMException('', 'TimeoutError')), timeout)
    transaction.addEventListener('complete', () => {
      clearTimeout(timer)
      resolve()
    })
    transaction.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(transaction.error ?? new DOMException('', 'AbortError'))
    })
    transaction.commit()
  })
