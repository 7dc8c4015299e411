// The log in one SQLite file.
import { Packing } from './packing.ts'
import { HistoryReader } from './history-reader.ts'
import type { Log } from './log.ts'
import { SqliteCatalogue } from './sqlite-catalogue.ts'
import { SqliteFile, type SqliteOptions } from './sqlite-file.ts'
import { SqliteRevisions } from './sqlite-revisions.ts'
import { SqliteUpdates } from './sqlite-updates.ts'

export class SqliteLog implements Log {
  readonly updates: SqliteUpdates
  readonly catalogue: SqliteCatalogue
  readonly revisions: SqliteRevisions

  private constructor(readonly file: SqliteFile) {
    const reader = new HistoryReader(file)
    const packing = new Packing(file, reader)
    file.packedBy((over) => packing.pack(over))
    this.revisions = new SqliteRevisions(file, packing)
    this.updates = new SqliteUpdates(file, reader, packing, this.revisions)
    this.catalogue = new SqliteCatalogue(file, this.updates, this.revisions)
  }

  static async open(file: string, options: Partial<SqliteOptions> = {}): Promise<SqliteLog> {
    return new SqliteLog(await SqliteFile.open(file, options))
  }

  close(): Promise<void> {
    return this.file.close()
  }
}
