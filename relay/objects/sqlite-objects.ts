// Files as rows of a SQLite file. Other programs may read and write it too; they only set `path` and `content`.
import { Readable } from 'node:stream'
import type { Moved } from '../files/notebook-files.ts'
import type { SqliteFile } from '../log/sqlite-file.ts'
import type { ObjectStore, OpenObject, StoredObject } from './object-store.ts'
import { Polled } from './polled.ts'

const now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
const schema = [
  // The content comes last: SQLite reads through a large column to reach those after it.
  `CREATE TABLE IF NOT EXISTS files(id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL DEFAULT 1, modified INTEGER NOT NULL DEFAULT (${now}), content BLOB NOT NULL)`,
  `CREATE TRIGGER IF NOT EXISTS files_changed AFTER UPDATE OF content ON files BEGIN
    UPDATE files SET version = version + 1, modified = ${now} WHERE id = new.id; END`,
]

interface Row {
  readonly id: number
  readonly path: string
  readonly version: number
  readonly size: number
  readonly modified: number
}

const columns = 'id, path, version, octet_length(content) AS size, modified'

const objectOf = ({ id, path, version, size, modified }: Row): StoredObject => ({
  path,
  identity: String(id),
  tag: `${id}-${version}`,
  size,
  modified,
})

/** Milliseconds between checks for commits by other programs. */
const interval = 1000

export class SqliteObjects implements ObjectStore {
  private readonly polled = new Polled(
    interval,
    async (paths) =>
      new Map(paths.flatMap((path) => this.find(path) ?? []).map(({ path, tag }) => [path, tag])),
  )

  constructor(private readonly file: SqliteFile) {
    for (const sql of schema) file.run(sql, [])
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    return this.file
      .all<Row>(`SELECT ${columns} FROM files WHERE substr(path, 1, length(?)) = ?`, [prefix, prefix])
      .map(objectOf)
  }

  async open(path: string): Promise<OpenObject | null> {
    // Another program may have put a text there.
    const [row] = this.file.all<Row & { content: ArrayBuffer }>(
      `SELECT ${columns}, CAST(content AS BLOB) AS content FROM files WHERE path = ?`,
      [path],
    )
    if (row === undefined) return null
    const bytes = Buffer.from(row.content)
    return { object: objectOf(row), content: Readable.from(bytes.length > 0 ? [bytes] : []) }
  }

  async put(path: string, content: Uint8Array, over: string | null): Promise<StoredObject | null> {
    return this.commit(() => {
      if ((this.find(path)?.tag ?? null) !== over) return null
      if (over === null) this.file.run('INSERT INTO files(path, content) VALUES(?, ?)', [path, content])
      else this.file.run('UPDATE files SET content = ? WHERE path = ?', [content, path])
      return this.find(path)
    })
  }

  move(from: string, to: string): Promise<Moved> {
    return this.commit((): Moved => {
      if (this.find(from) === null) return 'missing'
      if (this.find(to) !== null) return 'exists'
      this.file.run('UPDATE files SET path = ? WHERE path = ?', [to, from])
      return 'moved'
    })
  }

  remove(path: string): Promise<void> {
    return this.commit(() => this.file.run('DELETE FROM files WHERE path = ?', [path]))
  }

  watch(path: string, onChange: () => void): () => void {
    return this.polled.watch(path, onChange)
  }

  private find(path: string): StoredObject | null {
    const [row] = this.file.all<Row>(`SELECT ${columns} FROM files WHERE path = ?`, [path])
    return row === undefined ? null : objectOf(row)
  }

  /** Durable when it resolves. */
  private async commit<T>(change: () => T): Promise<T> {
    const result = await this.file.commit(change)
    await this.file.synced()
    return result
  }
}
