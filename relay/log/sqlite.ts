// The log in one SQLite file.
import { Packing } from './packing.ts'
import { Past } from './history-reader.ts'
import type { Log } from './log.ts'
import { SqliteCatalogue } from './sqlite-catalogue.ts'
import { SqliteFile, type SqliteOptions } from './sqlite-file.ts'
import { SqliteRevisions } from './sqlite-revisions.ts'
import { SqliteUpdates } from './sqlite-updates.ts'

export class SqliteLog implements Log {
  readonly file: SqliteFile
  readonly updates: SqliteUpdates
  readonly catalogue: SqliteCatalogue
  readonly revisions: SqliteRevisions

  private constructor(file: SqliteFile) {
    const past = new Past(file)
    const packing = new Packing(file, past)
    file.packedBy((over) => packing.pack(over))
    this.file = file
    this.revisions = new SqliteRevisions(file, packing)
    this.updates = new SqliteUpdates(file, past, packing, this.revisions)
    this.catalogue = new SqliteCatalogue(file, this.updates, this.revisions)
  }

  static async open(file: string, options: Partial<SqliteOptions> = {}): Promise<SqliteLog> {
    return new SqliteLog(await SqliteFile.open(file, options))
  }

  close(): Promise<void> {
    return this.file.close()
  }
}
