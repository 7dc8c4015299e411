// The files of a notebook in this browser, by docId. Each has a row in IndexedDB, and its content in another store or, if
// large, in OPFS. Rows are changed in one transaction, so readers see the old or the new state. Several tabs can use the
// store at the same time.
import { settled } from '../document/database.ts'
import { readLarge, removeLarge, sweepLarge, writeLarge } from './large.ts'
import { Emitter } from '../../shared/emitter.ts'

export interface StoredFile {
  /** Relative to the notebook's folder. Paths of folders end in `/`. */
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Unique id of the content. */
  readonly version: string
  readonly large: boolean
  /** The tag of the file in the relay's folder that it was last read from or saved to. */
  readonly from: string | null
  /** Changed since then. */
  readonly changed: boolean
}

export interface NewFile extends Pick<StoredFile, 'path' | 'modified' | 'from' | 'changed'> {
  readonly bytes: Uint8Array<ArrayBuffer>
}

type Row = StoredFile & { readonly docId: string }

const database = 'llm-notebook.files'
const [rows, contents] = ['rows', 'contents']
/** Bytes. Smaller contents are stored in IndexedDB, because OPFS is slower for them. */
const smallLimit = 256_000

const completed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (): void => reject(transaction.error ?? new DOMException('storage is not available'))
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', fail)
    transaction.addEventListener('error', fail)
  })

export class FileStore {
  /** The change counter when the files were last read. */
  private seen = -1
  private readonly channel = new BroadcastChannel(database)

  private constructor(
    private readonly docId: string,
    private readonly db: IDBDatabase,
  ) {
    // Lets another version of the page upgrade the database.
    db.addEventListener('versionchange', () => db.close())
  }

  /** Rejects with a DOMException if storage is not available. */
  static async open(docId: string): Promise<FileStore> {
    const request = indexedDB.open(database, 1)
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore(rows, { keyPath: ['docId', 'path'] })
      request.result.createObjectStore(contents)
    })
    return new FileStore(docId, await settled(request))
  }

  async list(): Promise<StoredFile[]> {
    const range = IDBKeyRange.bound([this.docId], [this.docId, []])
    return settled(this.db.transaction(rows).objectStore(rows).getAll(range) as IDBRequest<Row[]>)
  }

  /** The files, or null if nothing but this store changed them since the last call. */
  async changedSinceRead(): Promise<StoredFile[] | null> {
    const transaction = this.db.transaction([rows, contents])
    const range = IDBKeyRange.bound([this.docId], [this.docId, []])
    const changes = await this.changes(transaction)
    if (changes === this.seen) return null
    const found = (await settled(transaction.objectStore(rows).getAll(range))) as Row[]
    this.seen = changes
    return found
  }

  private async changes(transaction: IDBTransaction): Promise<number> {
    const count: unknown = await settled(transaction.objectStore(contents).get(this.countKey))
    return typeof count === 'number' ? count : 0
  }

  /** Key of the notebook's change counter, which is stored with the contents. */
  private get countKey(): string {
    return `changes ${this.docId}`
  }

  /** Runs a transaction that changes files, and notifies listeners when it is complete. */
  private async change(
    action: (table: IDBObjectStore, texts: IDBObjectStore) => Promise<void>,
  ): Promise<void> {
    const transaction = this.db.transaction([rows, contents], 'readwrite')
    const completion = completed(transaction)
    // If the action fails, its error is reported instead.
    completion.catch(() => undefined)
    const [table, texts] = [transaction.objectStore(rows), transaction.objectStore(contents)]
    const changes = await this.changes(transaction)
    texts.put(changes + 1, this.countKey)
    await action(table, texts)
    await completion
    if (changes === this.seen) this.seen = changes + 1
    this.notify()
  }

  /** Null if the file was changed or removed in the meantime. */
  async read({ version, large, size }: StoredFile): Promise<Uint8Array<ArrayBuffer> | null> {
    if (size === 0) return new Uint8Array(0)
    if (large) return readLarge(version)
    const found: unknown = await settled(this.db.transaction(contents).objectStore(contents).get(version))
    return found instanceof Uint8Array ? (found as Uint8Array<ArrayBuffer>) : null
  }

  /** Writes either all files or, rejecting with a DOMException, none. */
  async write(files: readonly NewFile[]): Promise<StoredFile[]> {
    if (files.length === 0) return []
    const written: Row[] = []
    for (const { bytes, ...file } of files) {
      const version = crypto.randomUUID()
      const large = bytes.length > smallLimit && (await writeLarge(version, bytes))
      written.push({ docId: this.docId, ...file, version, large, size: bytes.length })
    }
    try {
      await this.replace(written, (table, texts) => {
        for (const [i, row] of written.entries()) {
          const bytes = files[i]?.bytes
          // `slice`, so that not the whole underlying buffer is stored.
          if (!row.large && bytes !== undefined && row.size > 0) texts.put(bytes.slice(), row.version)
          table.put(row)
        }
      })
    } catch (error) {
      for (const row of written) if (row.large) await removeLarge(row.version)
      throw error
    }
    return written
  }

  async remove(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return
    const gone = paths.map((path) => ({ path }))
    await this.replace(gone, (table) => {
      for (const { path } of gone) table.delete([this.docId, path])
    })
  }

  /** Marks the file as saved to the folder with this tag, unless it was changed in the meantime. */
  async saved({ path, version }: StoredFile, from: string): Promise<void> {
    await this.change(async (table) => {
      const row = (await settled(table.get([this.docId, path]))) as Row | undefined
      if (row?.version === version) table.put({ ...row, from, changed: false })
    })
  }

  /** Changes the rows at these paths and removes their previous contents. */
  private async replace(
    at: readonly { readonly path: string }[],
    action: (table: IDBObjectStore, texts: IDBObjectStore) => void,
  ): Promise<void> {
    let before: (Row | undefined)[] = []
    await this.change(async (table, texts) => {
      before = await Promise.all(at.map(({ path }) => settled(table.get([this.docId, path]))))
      action(table, texts)
      for (const row of before) if (row !== undefined && !row.large) texts.delete(row.version)
    })
    for (const row of before) if (row?.large === true) await removeLarge(row.version)
  }

  /** Removes large contents without a row in any notebook, left over from interrupted writes. */
  async sweep(): Promise<void> {
    const all = (await settled(this.db.transaction(rows).objectStore(rows).getAll())) as Row[]
    await sweepLarge(new Set(all.map(({ version }) => version)))
  }

  private notify(): void {
    this.changed.emit()
    this.channel.postMessage(this.docId)
  }

  private readonly changed = new Emitter()

  /** Called when files of this notebook change, here or in another tab. */
  onChange(listener: () => void): () => void {
    const onMessage = ({ data }: MessageEvent<unknown>): void => {
      if (data === this.docId) listener()
    }
    const off = this.changed.on(listener)
    this.channel.addEventListener('message', onMessage)
    return () => {
      off()
      this.channel.removeEventListener('message', onMessage)
    }
  }

  close(): void {
    this.channel.close()
    this.db.close()
  }
}
