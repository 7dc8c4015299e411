// Blobs in this browser, each under the notebook that refers to it, so that a notebook opens whole without the relay.
// A browser may refuse all of it: then blobs live as long as the page, and who shelves them is told why.
import { openDatabase, reasonOf, settled, write, type Opened } from '../document/database.ts'

interface Shelved {
  readonly docId: string
  readonly name: string
  readonly bytes: Uint8Array
}

const blobs = 'blobs'
const byName = 'name'
/** Keys of blobs that the relay has. */
const sent = 'sent'

const make = (database: IDBDatabase): void => {
  const made = database.createObjectStore(blobs, { keyPath: ['docId', 'name'] })
  made.createIndex(byName, 'name')
  database.createObjectStore(sent)
}

export class Shelf {
  #opening: Promise<Opened> | null = null

  /** What was refused is asked for again the next time. */
  async #open(): Promise<Opened> {
    this.#opening ??= openDatabase('llm-notebook blobs', make)
    const opened = await this.#opening
    if (!opened.ok) this.#opening = null
    return opened
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

  /** `isSent`: the relay has it. Why it is not kept, or null. */
  put(docId: string, name: string, bytes: Uint8Array, isSent: boolean): Promise<string | null> {
    const blob: Shelved = { docId, name, bytes }
    return this.#write((open) => {
      open(blobs).put(blob)
      if (isSent) open(sent).put(true, [docId, name])
    })
  }

  remove(docId: string, name: string): Promise<string | null> {
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
    const opened = await this.#open()
    if (!opened.ok) return null
    try {
      return await settled(ask(opened.database.transaction(name).objectStore(name)))
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      this.#lose(error)
      return null
    }
  }

  async #write(action: (open: (name: string) => IDBObjectStore) => void): Promise<string | null> {
    const opened = await this.#open()
    if (!opened.ok) return opened.reason
    try {
      await write(opened.database, [blobs, sent], action)
      return null
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      this.#lose(error)
      return reasonOf(error)
    }
  }

  /** The browser has closed it, as when the site's storage is cleared. */
  #lose(error: DOMException): void {
    if (error.name === 'InvalidStateError') this.#opening = null
  }
}
