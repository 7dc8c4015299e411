// The files of a notebook in this browser, by its docId: a row each in IndexedDB, and the content beside it, or in OPFS
// where it is large. Rows change in one transaction, so that whoever reads sees old or new and nothing between. Pages
// and Python workers use it at the same time, in several tabs.
import { readLarge, removeLarge, sweepLarge, writeLarge } from './large.ts'
import { Emitter } from '../../shared/emitter.ts'

export interface StoredFile {
  /** Relative to the notebook's folder; a folder's ends in `/`. */
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Another one for each content; names it. */
  readonly version: string
  readonly large: boolean
  /** The tag of the file in the relay's folder that this was read from or saved as. */
  readonly from: string | null
  /** It is no longer what that file was. */
  readonly changed: boolean
}

export interface NewFile extends Pick<StoredFile, 'path' | 'modified' | 'from' | 'changed'> {
  readonly bytes: Uint8Array<ArrayBuffer>
}

type Row = StoredFile & { readonly docId: string }

const database = 'llm-notebook.files'
const [rows, contents] = ['rows', 'contents']
/** Bytes up to which a content lies in the database: below it OPFS is slower. */
const smallLimit = 256_000

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new DOMException('storage is refused')))
  })

const ended = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (): void => reject(transaction.error ?? new DOMException('storage is refused'))
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', fail)
    transaction.addEventListener('error', fail)
  })

export class FileStore {
  private readonly docId: string
  private readonly db: IDBDatabase
  /** How often the files had changed when they were last read here. */
  private seen = -1
  private readonly channel = new BroadcastChannel(database)

  private constructor(docId: string, db: IDBDatabase) {
    this.docId = docId
    this.db = db
    // Another version of the page wants it in another form.
    db.addEventListener('versionchange', () => db.close())
  }

  /** Rejects with a DOMException where the browser keeps nothing. */
  static async open(docId: string): Promise<FileStore> {
    const request = indexedDB.open(database, 1)
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore(rows, { keyPath: ['docId', 'path'] })
      request.result.createObjectStore(contents)
    })
    return new FileStore(docId, await done(request))
  }

  async list(): Promise<StoredFile[]> {
    const range = IDBKeyRange.bound([this.docId], [this.docId, []])
    return done(this.db.transaction(rows).objectStore(rows).getAll(range) as IDBRequest<Row[]>)
  }

  /** The files, or null where they are those it gave last and what was written here since. */
  async news(): Promise<StoredFile[] | null> {
    const transaction = this.db.transaction([rows, contents])
    const range = IDBKeyRange.bound([this.docId], [this.docId, []])
    const changes = await this.changes(transaction)
    if (changes === this.seen) return null
    const found = (await done(transaction.objectStore(rows).getAll(range))) as Row[]
    this.seen = changes
    return found
  }

  private async changes(transaction: IDBTransaction): Promise<number> {
    const count: unknown = await done(transaction.objectStore(contents).get(this.countKey))
    return typeof count === 'number' ? count : 0
  }

  /** Beside the contents: how often the files of this notebook changed. */
  private get countKey(): string {
    return `changes ${this.docId}`
  }

  /** One transaction that changes something; others are told when it is through. */
  private async change(
    action: (table: IDBObjectStore, texts: IDBObjectStore) => Promise<void>,
  ): Promise<void> {
    const transaction = this.db.transaction([rows, contents], 'readwrite')
    const over = ended(transaction)
    // Should the action fail, that is what is told.
    over.catch(() => undefined)
    const [table, texts] = [transaction.objectStore(rows), transaction.objectStore(contents)]
    const changes = await this.changes(transaction)
    texts.put(changes + 1, this.countKey)
    await action(table, texts)
    await over
    if (changes === this.seen) this.seen = changes + 1
    this.tell()
  }

  /** null where it has another content by now, or is gone. */
  async read({ version, large, size }: StoredFile): Promise<Uint8Array<ArrayBuffer> | null> {
    if (size === 0) return new Uint8Array(0)
    if (large) return readLarge(version)
    const found: unknown = await done(this.db.transaction(contents).objectStore(contents).get(version))
    return found instanceof Uint8Array ? (found as Uint8Array<ArrayBuffer>) : null
  }

  /** Writes all of them or, rejecting with a DOMException, none. */
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
          // Not more of a buffer than the file is.
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

  /** The content is now that of the folder's file of this tag; nothing happens where it is another one by now. */
  async saved({ path, version }: StoredFile, from: string): Promise<void> {
    await this.change(async (table) => {
      const row = (await done(table.get([this.docId, path]))) as Row | undefined
      if (row?.version === version) table.put({ ...row, from, changed: false })
    })
  }

  /** Changes the rows at these paths; what they held before goes with it. */
  private async replace(
    at: readonly { readonly path: string }[],
    action: (table: IDBObjectStore, texts: IDBObjectStore) => void,
  ): Promise<void> {
    let before: (Row | undefined)[] = []
    await this.change(async (table, texts) => {
      before = await Promise.all(at.map(({ path }) => done(table.get([this.docId, path]))))
      action(table, texts)
      for (const row of before) if (row !== undefined && !row.large) texts.delete(row.version)
    })
    for (const row of before) if (row?.large === true) await removeLarge(row.version)
  }

  /** Removes large contents that no row of any notebook names: what an end in the middle of a write left. */
  async sweep(): Promise<void> {
    const all = (await done(this.db.transaction(rows).objectStore(rows).getAll())) as Row[]
    await sweepLarge(new Set(all.map(({ version }) => version)))
  }

  private tell(): void {
    this.changed.emit()
    this.channel.postMessage(this.docId)
  }

  private readonly changed = new Emitter()

  /** The files of this notebook changed, here or in another tab or worker. */
  onChange(listener: () => void): () => void {
    const heard = ({ data }: MessageEvent<unknown>): void => {
      if (data === this.docId) listener()
    }
    const off = this.changed.on(listener)
    this.channel.addEventListener('message', heard)
    return () => {
      off()
      this.channel.removeEventListener('message', heard)
    }
  }

  close(): void {
    this.channel.close()
    this.db.close()
  }
}
