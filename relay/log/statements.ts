import type Database from 'libsql'

export type Value = string | number | Uint8Array | null

export class Statements {
  private readonly prepared = new Map<string, Database.Statement>()
  private closed = false

  constructor(private readonly database: Database.Database) {}

  run(sql: string, values: Value[]): void {
    this.statement(sql).run(values)
  }

  /** The rows of a query; the caller states their type. */
  all<Row>(sql: string, values: Value[]): Row[] {
    return this.statement(sql).all(values) as Row[]
  }

  close(): void {
    this.closed = true
    this.database.close()
  }

  private statement(sql: string): Database.Statement {
    // The library ends the whole process if a closed database is used.
    if (this.closed) throw new Error('the database is closed')
    let statement = this.prepared.get(sql)
    if (!statement) this.prepared.set(sql, (statement = this.database.prepare(sql)))
    return statement
  }
}
