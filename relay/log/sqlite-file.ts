// A SQLite file of the relay: statements, commits, compaction. For how commits reach the disk see wal.ts.
//
// Pitfalls of libsql: always pass parameters as one array (a bare Buffer aborts the process); never open the main file
// or -shm by other means in this process (closing them drops SQLite's locks). Opening the -wal is safe: it has no
// locks.
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import Database from 'libsql'
import { syncFolder } from '../disk/atomic.ts'
import { messageOf } from '../logging/logger.ts'
import { Checkpointer } from './checkpointer.ts'
import { Statements, type Value } from './statements.ts'
import { allowShrinking, prepareTables } from './tables.ts'
import { syncFile, type SyncFile } from './sync-file.ts'
import { Wal } from './wal.ts'

/** Milliseconds without a commit until the log is compacted. */
export const defaultIdleTimeout = 2_000

export interface SqliteOptions {
  readonly sync: SyncFile
  readonly idle: number
  /** The log could not be compacted, and why, once per reason. It is retried, and nothing is lost. */
  readonly onLarge: (reason: string) => void
}

export class SqliteFile {
  private readonly statements: Statements
  private readonly idle: NodeJS.Timeout
  /** Packs the content until `over`. */
  private pack: (over: () => boolean) => Promise<void> = () => Promise.resolve()
  private tidying: Promise<void> | null = null
  private closed = false
  /** Why compaction failed last. */
  private large: string | null = null
  private bytes = 0

  private constructor(
    private readonly database: Database.Database,
    private readonly wal: Wal,
    private readonly options: SqliteOptions,
  ) {
    this.statements = new Statements(database)
    // From the start on: a crash may have left much to do.
    this.idle = setTimeout(() => this.tidy(), options.idle).unref()
  }

  static async open(file: string, options: Partial<SqliteOptions> = {}): Promise<SqliteFile> {
    const { sync = syncFile, idle = defaultIdleTimeout, onLarge = () => undefined } = options
    const database = new Database(file, { timeout: 5000 })
    database.pragma('auto_vacuum=INCREMENTAL')
    database.pragma('journal_mode=WAL')
    database.pragma('synchronous=NORMAL')
    database.pragma('wal_autocheckpoint=0')
    prepareTables(database)
    allowShrinking(database)
    // An empty write, so that the -wal file exists; then its name is made durable.
    database.exec(
      'CREATE TABLE IF NOT EXISTS opened(at INTEGER); INSERT INTO opened VALUES(0); DELETE FROM opened',
    )
    const handle = await open(`${file}-wal`, 'r+')
    await sync(handle.fd)
    await syncFolder(dirname(file))
    const wal = new Wal(handle, sync, new Checkpointer(file))
    return new SqliteFile(database, wal, { sync, idle, onLarge })
  }

  /** Called before the file itself is shrunk. */
  packedBy(pack: (over: () => boolean) => Promise<void>): void {
    this.pack = pack
  }

  /** Resolves when everything committed before the call is on disk: it survives a power loss. */
  synced(): Promise<void> {
    return this.wal.synced()
  }

  /** All of `change`, or nothing if it throws; afterwards it survives kill -9. */
  async commit<T>(change: () => T): Promise<T> {
    while (this.wal.locked) await this.wal.locked
    this.run('BEGIN IMMEDIATE', [])
    let result: T
    try {
      result = change()
      this.run('COMMIT', [])
    } catch (error) {
      // After some failures (a full disk) SQLite has rolled back by itself.
      if (this.database.inTransaction) this.database.exec('ROLLBACK')
      throw error
    }
    this.committed()
    return result
  }

  /** `change` is one statement, which is its own commit, at half the cost of three. */
  async commitOne(change: () => void): Promise<void> {
    if (this.wal.locked) return this.commit(change)
    change()
    this.committed()
  }

  run(sql: string, values: Value[]): void {
    this.statements.run(sql, values)
    for (const value of values) if (value instanceof Uint8Array) this.bytes += value.length
  }

  /** The rows of a query; the caller states their type. */
  all<Row>(sql: string, values: Value[]): Row[] {
    return this.statements.all(sql, values)
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.idle)
    await this.tidying
    try {
      await this.wal.close()
    } finally {
      this.statements.close()
    }
  }

  /** While nobody writes: packs updates and returns free space to the disk. */
  private tidy(): void {
    if (this.tidying) {
      this.idle.refresh()
      return
    }
    this.tidying = (async () => {
      try {
        // First, because it needs no space when the rest might: a full disk may have some again.
        await this.wal.empty()
        await this.pack(() => this.closed)
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

  private committed(): void {
    this.wal.committed(this.bytes)
    this.bytes = 0
    if (!this.closed) this.idle.refresh()
  }
}
