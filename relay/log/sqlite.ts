// The log in one SQLite file. A commit (WAL, synchronous=NORMAL) puts rows into the operating system's hands in
// microseconds; the disk is reached by fdatasync of the -wal file on a descriptor of our own, in the thread pool, so
// that it holds back nobody. Across a checkpoint the promise holds by SQLite's own rule for NORMAL: it syncs the WAL
// before copying, the main file after, and only then may a writer start the WAL anew.
//
// libsql's traps: parameters always as one array (a bare Buffer aborts the process); never open the main file or
// -shm by other means in this process (closing them drops SQLite's locks). Opening the -wal is safe: it has no locks.
import { fdatasync, fsync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import Database from 'libsql'
import { packChunk } from './chunk.ts'
import { Checkpointer } from './checkpointer.ts'
import { logRow, Past, type UpdateRow, type Value } from './past.ts'
import { packStints, type Stint } from './stint.ts'
import { prepareTables } from './tables.ts'
import {
  chunkLength,
  keptBases,
  type Base,
  type DocumentRecord,
  type LogRow,
  type LogStore,
  type Tail,
  type Version,
} from './store.ts'

/** Brings an open file's content to the disk. */
export type SyncFile = (descriptor: number) => Promise<void>

const promised =
  (call: (descriptor: number, done: (error: NodeJS.ErrnoException | null) => void) => void): SyncFile =>
  (descriptor) =>
    new Promise((resolve, reject) => call(descriptor, (error) => (error ? reject(error) : resolve())))

export const syncFile: SyncFile = promised(fdatasync)

/** The column `written` of a base. */
const writers = { nobody: 0, relay: 1, another: 2 }

/** The WAL is copied into the main file each time this much was appended. */
const checkpointBytes = 8 << 20

export class SqliteLog implements LogStore {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()
  readonly #wal: FileHandle
  readonly #sync: SyncFile
  readonly #checkpointer: Checkpointer
  readonly #past = new Past({ all: (sql, values) => this.#all(sql, values) })
  #bytesSinceCheckpoint = 0
  /** Rows are numbered here: the tree above has no counter of its own. */
  #seq: number
  #appends = 0
  #durableAppends = 0
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null
  /** After a failed fdatasync the kernel may call lost pages clean: only a full checkpoint can be believed then. */
  #distrusted = false

  private constructor(
    database: Database.Database,
    wal: FileHandle,
    sync: SyncFile,
    checkpointer: Checkpointer,
  ) {
    this.#database = database
    this.#wal = wal
    this.#sync = sync
    this.#checkpointer = checkpointer
    const [newest] = this.#all<{ seq: number }>(
      `SELECT max((SELECT coalesce(max(seq), 0) FROM updates), (SELECT coalesce(max(lastSeq), 0) FROM chunks),
        (SELECT coalesce(max(seq), 0) FROM checkpoints)) AS seq`,
      [],
    )
    this.#seq = newest?.seq ?? 0
  }

  static async open(file: string, sync: SyncFile = syncFile): Promise<SqliteLog> {
    const database = new Database(file, { timeout: 5000 })
    database.pragma('journal_mode=WAL')
    database.pragma('synchronous=NORMAL')
    database.pragma('wal_autocheckpoint=0')
    prepareTables(database)
    // A write of nothing, so that the -wal file exists; then its name is made durable.
    database.exec(
      'CREATE TABLE IF NOT EXISTS opened(at INTEGER); INSERT INTO opened VALUES(0); DELETE FROM opened',
    )
    const wal = await open(`${file}-wal`, 'r+')
    await sync(wal.fd)
    const folder = await open(dirname(file), 'r')
    try {
      await promised(fsync)(folder.fd)
    } finally {
      await folder.close()
    }
    return new SqliteLog(database, wal, sync, new Checkpointer(file))
  }

  async append(rows: readonly LogRow[]): Promise<void> {
    const [only] = rows
    // One statement is a commit by itself, and half the work of three.
    if (only && rows.length === 1) {
      this.#insert(only)
      this.#committed()
      return
    }
    this.#commit(() => {
      for (const row of rows) this.#insert(row)
    })
  }

  synced(): Promise<void> {
    if (this.#durableAppends === this.#appends) return Promise.resolve()
    if (!this.#running) {
      this.#running = this.#reachDisk().finally(() => (this.#running = null))
      return this.#running
    }
    // One sync is under way and may have missed the last rows; one more covers everybody who asks meanwhile.
    const again = (): Promise<void> => {
      this.#next = null
      return this.synced()
    }
    this.#next ??= this.#running.then(again, again)
    return this.#next
  }

  async load(docId: string): Promise<readonly Uint8Array[]> {
    const [checkpoint] = this.#all<{ seq: number; bytes: ArrayBuffer }>(
      'SELECT seq, bytes FROM checkpoints WHERE docId = ?',
      [docId],
    )
    const tail = this.#all<UpdateRow>('SELECT * FROM updates WHERE docId = ? AND seq > ? ORDER BY seq', [
      docId,
      checkpoint?.seq ?? 0,
    ]).map((row) => new Uint8Array(row.bytes))
    return checkpoint ? [new Uint8Array(checkpoint.bytes), ...tail] : tail
  }

  async tail(docId: string): Promise<Tail> {
    const [counted] = this.#all<Tail>(
      `SELECT count(*) AS updates, coalesce(sum(length(bytes)), 0) AS bytes FROM updates
       WHERE docId = ? AND seq > coalesce((SELECT seq FROM checkpoints WHERE docId = ?), 0)`,
      [docId, docId],
    )
    return { updates: counted?.updates ?? 0, bytes: counted?.bytes ?? 0 }
  }

  async compact(docId: string, state: Uint8Array): Promise<void> {
    const [newest] = this.#all<{ seq: number | null }>(
      'SELECT max(seq) AS seq FROM updates WHERE docId = ?',
      [docId],
    )
    const last = newest?.seq
    if (!last) return
    this.#commit(() =>
      this.#run('INSERT OR REPLACE INTO checkpoints(docId, seq, bytes) VALUES(?, ?, ?)', [
        docId,
        last,
        state,
      ]),
    )
    for (;;) {
      const rows = this.#all<UpdateRow>(
        'SELECT * FROM updates WHERE docId = ? AND seq <= ? ORDER BY seq LIMIT ?',
        [docId, last, chunkLength],
      )
      const end = rows.at(-1)?.seq
      if (end === undefined) return
      const logged = rows.map((row) => logRow(docId, row))
      const [packed, stints] = [await packChunk(logged), packStints(logged)]
      this.#commit(() => {
        this.#run('INSERT INTO chunks(docId, lastSeq, packed, stints) VALUES(?, ?, ?, ?)', [
          docId,
          end,
          packed,
          stints,
        ])
        this.#run('DELETE FROM updates WHERE docId = ? AND seq <= ?', [docId, end])
      })
    }
  }

  history(docId: string): Promise<readonly LogRow[]> {
    return this.#past.history(docId)
  }

  beginning(docId: string, count: number): AsyncIterable<readonly LogRow[]> {
    return this.#past.beginning(docId, count)
  }

  stints(docId: string): Promise<readonly Stint[]> {
    return this.#past.stints(docId)
  }

  async nameVersion(docId: string, { at, name, by, time }: Version): Promise<void> {
    this.#commit(() =>
      this.#run('INSERT INTO versions(docId, at, name, by, time) VALUES(?, ?, ?, ?, ?)', [
        docId,
        at,
        name,
        by,
        time,
      ]),
    )
  }

  async versions(docId: string): Promise<readonly Version[]> {
    return this.#past.versions(docId)
  }

  async create(record: DocumentRecord, first: LogRow, base: Base): Promise<void> {
    const { docId, epoch, path, binned } = record
    this.#commit(() => {
      this.#run('INSERT INTO documents(docId, epoch, path, binned) VALUES(?, ?, ?, ?)', [
        docId,
        epoch,
        path,
        binned,
      ])
      this.#run('DELETE FROM aliases WHERE path = ?', [path])
      this.#insert(first)
      this.#insertBase(docId, base)
    })
  }

  async at(path: string): Promise<DocumentRecord | null> {
    return this.#document('SELECT * FROM documents WHERE path = ? AND binned IS NULL', [path])
  }

  async document(docId: string): Promise<DocumentRecord | null> {
    return this.#document('SELECT * FROM documents WHERE docId = ?', [docId])
  }

  async formerlyAt(path: string): Promise<DocumentRecord | null> {
    return this.#document(
      'SELECT d.* FROM aliases a JOIN documents d ON d.docId = a.docId WHERE a.path = ?',
      [path],
    )
  }

  async binnedAt(path: string): Promise<readonly DocumentRecord[]> {
    return this.#all<DocumentRecord>(
      'SELECT * FROM documents WHERE path = ? AND binned IS NOT NULL ORDER BY binned DESC',
      [path],
    )
  }

  async rename(docId: string, path: string): Promise<void> {
    this.#commit(() => {
      this.#run('INSERT OR REPLACE INTO aliases SELECT path, docId FROM documents WHERE docId = ?', [docId])
      this.#run('DELETE FROM aliases WHERE path = ?', [path])
      this.#run('UPDATE documents SET path = ?, binned = NULL WHERE docId = ?', [path, docId])
    })
  }

  async bin(docId: string, binned: string): Promise<void> {
    this.#commit(() => this.#run('UPDATE documents SET binned = ? WHERE docId = ?', [binned, docId]))
  }

  async used(): Promise<boolean> {
    return this.#all('SELECT 1 AS one FROM documents LIMIT 1', []).length > 0
  }

  async documents(): Promise<readonly string[]> {
    return this.#all<DocumentRecord>('SELECT docId FROM documents', []).map(({ docId }) => docId)
  }

  async addBase(docId: string, base: Base): Promise<void> {
    this.#commit(() => this.#insertBase(docId, base))
  }

  async baseWritten(docId: string, digest: string): Promise<void> {
    this.#commit(() =>
      this.#run(
        'UPDATE bases SET written = 1 WHERE seq = (SELECT max(seq) FROM bases WHERE docId = ? AND digest = ?)',
        [docId, digest],
      ),
    )
  }

  async bases(docId: string): Promise<readonly Base[]> {
    return this.#all<{ digest: string; bytes: ArrayBuffer; time: number; written: number }>(
      'SELECT digest, bytes, time, written FROM bases WHERE docId = ? ORDER BY seq',
      [docId],
    ).map(({ digest, bytes, time, written }) => ({
      digest,
      state: new Uint8Array(bytes),
      time,
      written: written !== writers.nobody,
      outside: written === writers.another,
    }))
  }

  async unwritten(): Promise<readonly DocumentRecord[]> {
    return this.#all<DocumentRecord>(
      `SELECT docId, epoch, path, binned FROM documents d WHERE binned IS NULL
       AND (SELECT max(time) FROM updates u WHERE u.docId = d.docId)
         > coalesce((SELECT max(time) FROM bases b WHERE b.docId = d.docId AND written > 0), 0)`,
      [],
    )
  }

  async close(): Promise<void> {
    try {
      await this.synced()
      await this.#checkpointer.run('FULL')
    } finally {
      await this.#checkpointer.end()
      await this.#wal.close()
      this.#database.close()
    }
  }

  async #reachDisk(): Promise<void> {
    const appends = this.#appends
    try {
      if (this.#distrusted) await this.#checkpointer.run('FULL')
      await this.#sync(this.#wal.fd)
    } catch (error) {
      this.#distrusted = true
      throw error
    }
    this.#distrusted = false
    this.#durableAppends = appends
  }

  #commit(change: () => void): void {
    this.#run('BEGIN IMMEDIATE', [])
    try {
      change()
      this.#run('COMMIT', [])
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
    this.#committed()
  }

  #committed(): void {
    this.#appends++
    if (this.#bytesSinceCheckpoint < checkpointBytes) return
    this.#bytesSinceCheckpoint = 0
    // A checkpoint that fails is no loss: the WAL still has everything, and the next one tries again.
    this.#checkpointer.run('PASSIVE').catch(() => (this.#bytesSinceCheckpoint = checkpointBytes / 2))
  }

  #insert(row: LogRow): void {
    this.#run('INSERT INTO updates(docId, seq, time, user, client, bytes) VALUES(?, ?, ?, ?, ?, ?)', [
      row.docId,
      ++this.#seq,
      row.time,
      row.user,
      row.client,
      row.bytes,
    ])
  }

  #insertBase(docId: string, base: Base): void {
    this.#run('INSERT INTO bases(docId, digest, bytes, time, written) VALUES(?, ?, ?, ?, ?)', [
      docId,
      base.digest,
      base.state,
      base.time,
      base.outside ? writers.another : base.written ? writers.relay : writers.nobody,
    ])
    this.#run(
      'DELETE FROM bases WHERE docId = ? AND seq <= (SELECT seq FROM bases WHERE docId = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)',
      [docId, docId, keptBases],
    )
  }

  #document(sql: string, values: Value[]): DocumentRecord | null {
    const [row] = this.#all<DocumentRecord>(sql, values)
    return row ? { docId: row.docId, epoch: row.epoch, path: row.path, binned: row.binned } : null
  }

  #statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)))
    return statement
  }

  #run(sql: string, values: Value[]): void {
    this.#statement(sql).run(values)
    for (const value of values)
      this.#bytesSinceCheckpoint += value instanceof Uint8Array ? value.length + 64 : 16
  }

  /** Rows of a query; what their columns are is said by the query itself. */
  #all<Row>(sql: string, values: Value[]): Row[] {
    return this.#statement(sql).all(values) as Row[]
  }
}
