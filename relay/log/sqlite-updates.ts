import type { EditSession } from './edit-session.ts'
import type { HistoryReader } from './history-reader.ts'
import type { Packing } from './packing.ts'
import type { NewRevision } from './revisions.ts'
import type { SqliteFile } from './sqlite-file.ts'
import type { SqliteRevisions } from './sqlite-revisions.ts'
import type { LoggedUpdate, Tail, UpdateLog, Version } from './update-log.ts'

export class SqliteUpdates implements UpdateLog {
  /** Names of users, as far as this process has written them. */
  private readonly knownNames = new Map<string, string>()
  /** Rows are numbered here: their table has no counter. */
  private seq: number

  constructor(
    private readonly file: SqliteFile,
    private readonly reader: HistoryReader,
    private readonly packing: Packing,
    private readonly revisions: SqliteRevisions,
  ) {
    const [newest] = file.all<{ seq: number }>(
      `SELECT max((SELECT coalesce(max(seq), 0) FROM updates), (SELECT coalesce(max(lastSeq), 0) FROM chunks),
        (SELECT coalesce(max(seq), 0) FROM checkpoints)) AS seq`,
      [],
    )
    this.seq = newest?.seq ?? 0
  }

  async append(rows: readonly LoggedUpdate[], revisions: readonly NewRevision[] = []): Promise<void> {
    const [only] = rows
    if (only && rows.length === 1 && revisions.length === 0)
      return this.file.commitOne(() => this.insert(only))
    try {
      await this.file.commit(() => {
        for (const row of rows) this.insert(row)
        for (const { docId, revision } of revisions) this.revisions.insert(docId, revision)
      })
    } catch (error) {
      // Names may have been lost with it.
      this.knownNames.clear()
      throw error
    }
  }

  synced(): Promise<void> {
    return this.file.synced()
  }

  async load(docId: string): Promise<readonly Uint8Array[]> {
    const [checkpoint, tail] = await Promise.all([this.reader.checkpoint(docId), this.reader.tail(docId)])
    const updates = tail.map(({ bytes }) => bytes)
    return checkpoint ? [checkpoint, ...updates] : updates
  }

  async tail(docId: string): Promise<Tail> {
    const rows = await this.reader.tail(docId)
    return { updates: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  compact(docId: string, state: Uint8Array): Promise<void> {
    return this.packing.compact(docId, state)
  }

  beginning(docId: string, count: number): AsyncIterable<readonly LoggedUpdate[]> {
    return this.reader.beginning(docId, count)
  }

  sessions(docId: string): Promise<readonly EditSession[]> {
    return this.reader.sessions(docId)
  }

  async people(): Promise<ReadonlyMap<string, string>> {
    return this.reader.people()
  }

  async nameVersion(docId: string, { at, name, by, user, time }: Version): Promise<void> {
    const values = [docId, at, name, by, user, time]
    await this.file.commit(() =>
      this.file.run('INSERT INTO versions(docId, at, name, by, user, time) VALUES(?, ?, ?, ?, ?, ?)', values),
    )
  }

  async versions(docId: string): Promise<readonly Version[]> {
    return this.reader.versions(docId)
  }

  /** Part of a commit. */
  insert(row: LoggedUpdate): void {
    if (row.name !== undefined && row.name !== this.knownNames.get(row.user)) {
      this.file.run('INSERT OR REPLACE INTO people(id, name) VALUES(?, ?)', [row.user, row.name])
      this.knownNames.set(row.user, row.name)
    }
    this.file.run('INSERT INTO updates(docId, seq, time, user, client, bytes) VALUES(?, ?, ?, ?, ?, ?)', [
      row.docId,
      ++this.seq,
      row.time,
      row.user,
      row.client,
      row.bytes,
    ])
  }
}
