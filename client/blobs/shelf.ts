// Blobs in this browser, each under the notebook that refers to it, so that a notebook opens whole without the relay.
// A browser may refuse all of it: then blobs live as long as the page.

interface Shelved {
  readonly docId: string
  readonly name: string
  readonly bytes: Uint8Array
}

const blobs = 'blobs'
const byName = 'name'
/** Keys of blobs that the relay has. */
const sent = 'sent'

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new DOMException('a read failed')))
  })

const completed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new DOMException('a write failed')),
    )
  })

const open = async (): Promise<IDBDatabase> => {
  const request = indexedDB.open('llm-notebook blobs', 1)
  request.addEventListener('upgradeneeded', () => {
    const made = request.result.createObjectStore(blobs, { keyPath: ['docId', 'name'] })
    made.createIndex(byName, 'name')
    request.result.createObjectStore(sent)
  })
  return settled(request)
}

export class Shelf {
  readonly #database: Promise<IDBDatabase | null>

  constructor() {
    this.#database = open().catch((error: unknown) => {
      if (error instanceof DOMException) return null
      throw error
    })
  }

  /** Wherever it was shelved. */
  async find(name: string): Promise<Uint8Array | null> {
    const found = await this.#read(blobs, (store) => store.index(byName).get(name))
    return (found as Shelved | undefined)?.bytes ?? null
  }

  /** What is shelved under a notebook, by name: whether the relay has it. */
  async list(docId: string): Promise<ReadonlyMap<string, boolean>> {
    const range = IDBKeyRange.bound([docId], [docId, []])
    const atRelay = new Set(await this.#keys(sent, range))
    return new Map((await this.#keys(blobs, range)).map((name) => [name, atRelay.has(name)]))
  }

  /** `isSent`: the relay has it. */
  put(docId: string, name: string, bytes: Uint8Array, isSent: boolean): Promise<void> {
    const blob: Shelved = { docId, name, bytes }
    return this.#write((open) => {
      open(blobs).put(blob)
      if (isSent) open(sent).put(true, [docId, name])
    })
  }

  remove(docId: string, name: string): Promise<void> {
    return this.#write((open) => {
      open(blobs).delete([docId, name])
      open(sent).delete([docId, name])
    })
  }

  async #keys(name: string, range: IDBKeyRange): Promise<readonly string[]> {
    const keys = await this.#read(name, (store) => store.getAllKeys(range))
    return (keys ?? []).flatMap((key) => (Array.isArray(key) && typeof key[1] === 'string' ? [key[1]] : []))
  }

  async #read<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    const database = await this.#database
    if (database === null) return null
    try {
      return await settled(ask(database.transaction(name).objectStore(name)))
    } catch (error) {
      if (error instanceof DOMException) return null
      throw error
    }
  }

  async #write(action: (open: (name: string) => IDBObjectStore) => void): Promise<void> {
    const database = await this.#database
    if (database === null) return
    try {
      const transaction = database.transaction([blobs, sent], 'readwrite')
      action((name) => transaction.objectStore(name))
      const done = completed(transaction)
      // Told to commit, it outlives its page.
      transaction.commit()
      await done
    } catch (error) {
      // A full disk: the relay still gets it from memory.
      if (!(error instanceof DOMException)) throw error
      console.warn(`An output is not kept in this browser: ${error.message}`)
    }
  }
}
