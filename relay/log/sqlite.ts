// The log in one SQLite file, behind its interface. How it reaches the disk is told in wal.ts.
//
// libsql's traps: parameters always as one array (a bare Buffer aborts the process); never open the main file or
// -shm by other means in this process (closing them drops SQLite's locks). Opening the -wal is safe: it has no locks.
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import Database from 'libsql'
import { messageOf } from '../logging/logger.ts'
import { Checkpointer } from './checkpointer.ts'
import { Packing, writers } from './packing.ts'
import { Past, type Tables, type Value } from './history-reader.ts'
import type { EditSession } from './edit-session.ts'
import { allowShrinking, prepareTables, tablesOfDocument } from './tables.ts'
import { syncFile, syncFolder, type SyncFile } from './sync-file.ts'
import { Wal } from './wal.ts'
import {
  maxRevisions,
  revisionToDrop,
  type Revision,
  type RevisionHead,
  type DocumentRecord,
  type LoggedUpdate,
  type LogStore,
  type NewRevision,
  type Tail,
  type Version,
} from './store.ts'

/** Milliseconds without a commit until the log is made small. */
export const defaultIdleTimeout = 2_000

export interface SqliteOptions {
  readonly sync: SyncFile
  readonly idle: number
  /** The log could not be made small, and why, once for each reason. It is tried again, and nothing is lost by it. */
  readonly onLarge: (reason: string) => void
}

export class SqliteLog implements LogStore {
  private readonly database: Database.Database
  private readonly statements = new Map<string, Database.Statement>()
  private readonly wal: Wal
  private readonly options: SqliteOptions
  private readonly past: Past
  private readonly packing: Packing
  private readonly idle: NodeJS.Timeout
  private tidying: Promise<void> | null = null
  private closed = false
  private ended = false
  /** Why it could not be made small the last time. */
  private large: string | null = null
  private bytes = 0
  /** What users are called, as far as this process has written it. */
  private readonly knownNames = new Map<string, string>()
  /** Rows are numbered here: the tree above has no counter of its own. */
  private seq: number

  private constructor(database: Database.Database, wal: Wal, options: SqliteOptions) {
    this.database = database
    this.wal = wal
    this.options = options
    const all: Tables['all'] = (sql, values) => this.all(sql, values)
    this.past = new Past({ all })
    this.packing = new Packing(
      { all, run: (sql, values) => this.run(sql, values), commit: (change) => this.commit(change) },
      this.past,
    )
    const [newest] = this.all<{ seq: number }>(
      `SELECT max((SELECT coalesce(max(seq), 0) FROM updates), (SELECT coalesce(max(lastSeq), 0) FROM chunks),
        (SELECT coalesce(max(seq), 0) FROM checkpoints)) AS seq`,
      [],
    )
    this.seq = newest?.seq ?? 0
    // From the start on: a crash may have left much.
    this.idle = setTimeout(() => this.tidy(), options.idle).unref()
  }

  static async open(file: string, options: Partial<SqliteOptions> = {}): Promise<SqliteLog> {
    const { sync = syncFile, idle = defaultIdleTimeout, onLarge = () => undefined } = options
    const database = new Database(file, { timeout: 5000 })
    database.pragma('auto_vacuum=INCREMENTAL')
    database.pragma('journal_mode=WAL')
    database.pragma('synchronous=NORMAL')
    database.pragma('wal_autocheckpoint=0')
    prepareTables(database)
    allowShrinking(database)
    // A write of nothing, so that the -wal file exists; then its name is made durable.
    database.exec(
      'CREATE TABLE IF NOT EXISTS opened(at INTEGER); INSERT INTO opened VALUES(0); DELETE FROM opened',
    )
    const handle = await open(`${file}-wal`, 'r+')
    await sync(handle.fd)
    await syncFolder(dirname(file))
    const wal = new Wal(handle, sync, new Checkpointer(file))
    return new SqliteLog(database, wal, { sync, idle, onLarge })
  }

  async append(rows: readonly LoggedUpdate[], revisions: readonly NewRevision[] = []): Promise<void> {
    const [only] = rows
    // One statement is a commit by itself, and half the work of three.
    if (only && rows.length === 1 && revisions.length === 0 && !this.wal.locked) {
      this.insert(only)
      return this.committed()
    }
    await this.commit(() => {
      for (const row of rows) this.insert(row)
      for (const { docId, base } of revisions) this.insertBase(docId, base)
    })
  }

  synced(): Promise<void> {
    return this.wal.synced()
  }

  async load(docId: string): Promise<readonly Uint8Array[]> {
    const [checkpoint, tail] = await Promise.all([this.past.checkpoint(docId), this.past.tail(docId)])
    const updates = tail.map(({ bytes }) => bytes)
    return checkpoint ? [checkpoint, ...updates] : updates
  }

  async tail(docId: string): Promise<Tail> {
    const rows = await this.past.tail(docId)
    return { updates: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  compact(docId: string, state: Uint8Array): Promise<void> {
    return this.packing.compact(docId, state)
  }

  history(docId: string): Promise<readonly LoggedUpdate[]> {
    return this.past.history(docId)
  }

  beginning(docId: string, count: number): AsyncIterable<readonly LoggedUpdate[]> {
    return this.past.beginning(docId, count)
  }

  sessions(docId: string): Promise<readonly EditSession[]> {
    return this.past.sessions(docId)
  }

  async people(): Promise<ReadonlyMap<string, string>> {
    return this.past.people()
  }

  async nameVersion(docId: string, { at, name, by, user, time }: Version): Promise<void> {
    const values = [docId, at, name, by, user, time]
    await this.commit(() =>
      this.run('INSERT INTO versions(docId, at, name, by, user, time) VALUES(?, ?, ?, ?, ?, ?)', values),
    )
  }

  async versions(docId: string): Promise<readonly Version[]> {
    return this.past.versions(docId)
  }

  async create(record: DocumentRecord, first: LoggedUpdate, base: Revision): Promise<void> {
    const { docId, epoch, path, binned } = record
    await this.commit(() => {
      this.run('INSERT INTO documents(docId, epoch, path, binned, began) VALUES(?, ?, ?, ?, ?)', [
        docId,
        epoch,
        path,
        binned,
        base.digest,
      ])
      this.run('DELETE FROM aliases WHERE path = ?', [path])
      this.insert(first)
      this.insertBase(docId, base)
    })
  }

  async at(path: string): Promise<DocumentRecord | null> {
    return this.readDocument(
      'SELECT docId, epoch, path, binned FROM documents WHERE path = ? AND binned IS NULL',
      [path],
    )
  }

  async document(docId: string): Promise<DocumentRecord | null> {
    return this.readDocument('SELECT docId, epoch, path, binned FROM documents WHERE docId = ?', [docId])
  }

  async formerlyAt(path: string): Promise<DocumentRecord | null> {
    return this.readDocument(
      'SELECT d.docId, d.epoch, d.path, d.binned FROM aliases a JOIN documents d ON d.docId = a.docId WHERE a.path = ?',
      [path],
    )
  }

  async binnedAt(path: string): Promise<readonly DocumentRecord[]> {
    return this.all<DocumentRecord>(
      'SELECT docId, epoch, path, binned FROM documents WHERE path = ? AND binned IS NOT NULL ORDER BY binned DESC',
      [path],
    )
  }

  async rename(docId: string, path: string): Promise<void> {
    await this.commit(() => {
      this.run('INSERT OR REPLACE INTO aliases SELECT path, docId FROM documents WHERE docId = ?', [docId])
      this.run('DELETE FROM aliases WHERE path = ?', [path])
      this.run('UPDATE documents SET path = ?, binned = NULL WHERE docId = ?', [path, docId])
    })
  }

  async bin(docId: string, deletedAs: string): Promise<void> {
    await this.commit(() => this.run('UPDATE documents SET binned = ? WHERE docId = ?', [deletedAs, docId]))
  }

  async deletedAs(): Promise<readonly DocumentRecord[]> {
    return this.all<DocumentRecord>(
      'SELECT docId, epoch, path, binned FROM documents WHERE binned IS NOT NULL',
      [],
    )
  }

  async forget(docId: string): Promise<void> {
    await this.commit(() => {
      for (const table of tablesOfDocument) this.run(`DELETE FROM ${table} WHERE docId = ?`, [docId])
    })
  }

  async used(): Promise<boolean> {
    return this.all('SELECT 1 AS one FROM documents LIMIT 1', []).length > 0
  }

  async documents(): Promise<readonly string[]> {
    return this.all<DocumentRecord>('SELECT docId FROM documents', []).map(({ docId }) => docId)
  }

  async renew(docId: string, epoch: string, began: string): Promise<void> {
    await this.commit(() =>
      this.run('UPDATE documents SET epoch = ?, began = ? WHERE docId = ?', [epoch, began, docId]),
    )
  }

  async began(docId: string): Promise<string | null> {
    const [row] = this.all<{ began: string | null }>('SELECT began FROM documents WHERE docId = ?', [docId])
    return row?.began ?? null
  }

  async addRevision(docId: string, base: Revision): Promise<void> {
    await this.commit(() => this.insertBase(docId, base))
  }

  async markWritten(docId: string, digest: string): Promise<void> {
    await this.commit(() =>
      this.run(
        'UPDATE bases SET written = 1 WHERE seq = (SELECT max(seq) FROM bases WHERE docId = ? AND digest = ?)',
        [docId, digest],
      ),
    )
  }

  revisions(docId: string): Promise<readonly Revision[]> {
    return this.packing.revisions(docId)
  }

  async revisionHeads(docId: string): Promise<readonly RevisionHead[]> {
    return this.packing.heads(docId)
  }

  wasAt(docId: string, digest: string, state: Uint8Array): Promise<boolean> {
    return this.packing.wasAt(docId, digest, state)
  }

  async unwritten(): Promise<readonly DocumentRecord[]> {
    return this.all<DocumentRecord>(
      `SELECT docId, epoch, path, binned FROM documents d WHERE binned IS NULL
       AND max(coalesce((SELECT max(time) FROM updates u WHERE u.docId = d.docId), 0),
         coalesce((SELECT max(time) FROM chunks c WHERE c.docId = d.docId), 0))
         > coalesce((SELECT max(time) FROM bases b WHERE b.docId = d.docId AND written > 0), 0)`,
      [],
    )
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.idle)
    await this.tidying
    try {
      await this.wal.close()
    } finally {
      this.ended = true
      this.database.close()
    }
  }

  /** Nobody writes: what was typed is packed, and what it took before is given back to the disk. */
  private tidy(): void {
    if (this.tidying) {
      this.idle.refresh()
      return
    }
    this.tidying = (async () => {
      try {
        // First, because it takes no room where the rest might: a full disk may have some again.
        await this.wal.empty()
        await this.packing.pack(() => this.closed)
        if (!this.closed) await this.wal.shrink()
        this.large = null
      } catch (error) {
        const reason = messageOf(error)
        if (this.large !== reason) this.options.onLarge(reason)
        this.large = reason
        if (!this.closed) this.idle.refresh()
      } finally {
        this.tidying = null
      }
    })()
  }

  private async commit(change: () => void): Promise<void> {
    while (this.wal.locked) await this.wal.locked
    this.run('BEGIN IMMEDIATE', [])
    try {
      change()
      this.run('COMMIT', [])
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (this.database.inTransaction) this.database.exec('ROLLBACK')
      // Names may have gone with it.
      this.knownNames.clear()
      throw error
    }
    this.committed()
  }

  private committed(): void {
    this.wal.committed(this.bytes)
    this.bytes = 0
    if (!this.closed) this.idle.refresh()
  }

  private insert(row: LoggedUpdate): void {
    if (row.name !== undefined && row.name !== this.knownNames.get(row.user)) {
      this.run('INSERT OR REPLACE INTO people(id, name) VALUES(?, ?)', [row.user, row.name])
      this.knownNames.set(row.user, row.name)
    }
    this.run('INSERT INTO updates(docId, seq, time, user, client, bytes) VALUES(?, ?, ?, ?, ?, ?)', [
      row.docId,
      ++this.seq,
      row.time,
      row.user,
      row.client,
      row.bytes,
    ])
  }

  private insertBase(docId: string, base: Revision): void {
    this.run('INSERT INTO bases(docId, digest, bytes, time, written) VALUES(?, ?, ?, ?, ?)', [
      docId,
      base.digest,
      base.state,
      base.time,
      base.outside ? writers.another : base.written ? writers.relay : writers.nobody,
    ])
    const rows = this.all<{ seq: number; began: number }>(
      `SELECT seq, digest = (SELECT began FROM documents d WHERE d.docId = b.docId) AS began
       FROM bases b WHERE docId = ? ORDER BY seq`,
      [docId],
    )
    if (rows.length <= maxRevisions) return
    const index = revisionToDrop(
      rows.map(({ seq }) => seq),
      (at) => rows[at]?.began === 1,
    )
    this.run('DELETE FROM bases WHERE seq = ?', [rows[index]?.seq ?? 0])
  }

  private readDocument(sql: string, values: Value[]): DocumentRecord | null {
    const [row] = this.all<DocumentRecord>(sql, values)
    return row ? { docId: row.docId, epoch: row.epoch, path: row.path, binned: row.binned } : null
  }

  private statement(sql: string): Database.Statement {
    // The library ends the whole process where a closed database is used.
    if (this.ended) throw new Error('the log is closed')
    let statement = this.statements.get(sql)
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)))
    return statement
  }

  private run(sql: string, values: Value[]): void {
    this.statement(sql).run(values)
    for (const value of values) if (value instanceof Uint8Array) this.bytes += value.length
  }

  /** Rows of a query; what their columns are is said by the query itself. */
  private all<Row>(sql: string, values: Value[]): Row[] {
    return this.statement(sql).all(values) as Row[]
  }
}
