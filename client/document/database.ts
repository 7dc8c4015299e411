// Databases of the browser. Whatever one refuses is said in words: what IndexedDB tells of a failure may be empty, and
// where it is kept from answering it tells nothing at all.

/** Milliseconds to wait for an answer. */
const patience = 3_000

/** Why something could not be stored, as a clause of a sentence. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error) || error.name === 'AbortError') return 'the browser aborted the write'
  if (error.name === 'TimeoutError') return 'the storage of the browser does not respond'
  if (error.name === 'QuotaExceededError') return "this browser's storage is full"
  return `the browser denies storage (${error.message === '' ? error.name : error.message})`
}

export type Opened =
  { readonly ok: true; readonly database: IDBDatabase } | { readonly ok: false; readonly reason: string }

/** `make`: what a new one has in it. */
export const openDatabase = (name: string, make: (database: IDBDatabase) => void): Promise<Opened> =>
  new Promise((resolve) => {
    const failed = (reason: string): void => {
      clearTimeout(timer)
      given = true
      resolve({ ok: false, reason })
    }
    let given = false
    const timer = setTimeout(() => failed('the storage of the browser does not respond'), patience)
    try {
      const request = indexedDB.open(name)
      request.addEventListener('upgradeneeded', () => make(request.result))
      request.addEventListener('success', () => {
        clearTimeout(timer)
        if (given) request.result.close()
        else resolve({ ok: true, database: request.result })
      })
      request.addEventListener('error', () => failed(reasonOf(request.error)))
      request.addEventListener('blocked', () => failed('another tab blocks the storage'))
    } catch (error) {
      failed(reasonOf(error))
    }
  })

/** Removes it once every page has closed it. */
export const removeDatabase = (name: string): void => {
  try {
    indexedDB.deleteDatabase(name)
  } catch (error) {
    // It takes room, and is opened no more.
    console.info(`A database could not be deleted: ${reasonOf(error)}`)
  }
}

export const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new DOMException('', 'AbortError')))
  })

/** Resolves when it is written. The transaction is told to commit, by which it outlives its page. */
export const write = (
  database: IDBDatabase,
  names: string | string[],
  action: (open: (name: string) => IDBObjectStore) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction(names, 'readwrite')
    action((name) => transaction.objectStore(name))
    const timer = setTimeout(() => reject(new DOMException('', 'TimeoutError')), patience)
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
