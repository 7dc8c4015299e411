// Stores blobs in this browser by notebook, so that notebooks are complete offline. If the browser's storage is not
// available, methods return the reason, and blobs only live as long as the page.
import { openDatabase, reasonOf, settled, write, type Opened } from '../document/database.ts'

interface StoredBlob {
  readonly docId: string
  readonly name: string
  readonly bytes: Uint8Array
}

const blobs = 'blobs'
const byName = 'name'
/** Keys of blobs that the relay has. */
const sent = 'sent'

const createStores = (database: IDBDatabase): void => {
  const store = database.createObjectStore(blobs, { keyPath: ['docId', 'name'] })
  store.createIndex(byName, 'name')
  database.createObjectStore(sent)
}

export class BlobDatabase {
  private opening: Promise<Opened> | null = null

  /** A failed open is retried the next time. */
  private async open(): Promise<Opened> {
    this.opening ??= openDatabase('llm-notebook blobs', createStores)
    const opened = await this.opening
    if (!opened.ok) this.opening = null
    return opened
  }

  /** In any notebook. */
  async find(name: string): Promise<Uint8Array | null> {
    const found = await this.read(blobs, (store) => store.index(byName).get(name))
    return (found as StoredBlob | undefined)?.bytes ?? null
  }

  /** The blobs of a notebook by name, and whether the relay has them. */
  async list(docId: string): Promise<ReadonlyMap<string, boolean>> {
    const range = IDBKeyRange.bound([docId], [docId, []])
    const atRelay = new Set(await this.keys(sent, range))
    return new Map((await this.keys(blobs, range)).map((name) => [name, atRelay.has(name)]))
  }

  /** `isSent`: whether the relay has it. Returns the reason if it cannot be stored, else null. */
  put(docId: string, name: string, bytes: Uint8Array, isSent: boolean): Promise<string | null> {
    const blob: StoredBlob = { docId, name, bytes }
    return this.write((open) => {
      open(blobs).put(blob)
      if (isSent) open(sent).put(true, [docId, name])
    })
  }

  remove(docId: string, name: string): Promise<string | null> {
    return this.write((open) => {
      open(blobs).delete([docId, name])
      open(sent).delete([docId, name])
    })
  }

  private async keys(name: string, range: IDBKeyRange): Promise<readonly string[]> {
    const keys = await this.read(name, (store) => store.getAllKeys(range))
    return (keys ?? []).flatMap((key) => (Array.isArray(key) && typeof key[1] === 'string' ? [key[1]] : []))
  }

  private async read<T>(name: string, request: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    const opened = await this.open()
    if (!opened.ok) return null
    try {
      return await settled(request(opened.database.transaction(name).objectStore(name)))
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      this.reopenAfter(error)
      return null
    }
  }

  private async write(action: (open: (name: string) => IDBObjectStore) => void): Promise<string | null> {
    const opened = await this.open()
    if (!opened.ok) return opened.reason
    try {
      await write(opened.database, [blobs, sent], action)
      return null
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      this.reopenAfter(error)
      return reasonOf(error)
    }
  }

  /** Reopens the database next time if the browser closed it, e.g. because the site's storage was cleared. */
  private reopenAfter(error: DOMException): void {
    if (error.name === 'InvalidStateError') this.opening = null
  }
}
