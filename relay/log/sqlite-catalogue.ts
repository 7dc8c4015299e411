import type { DocumentCatalogue, DocumentRecord } from './document-catalogue.ts'
import type { Revision } from './revisions.ts'
import type { SqliteFile } from './sqlite-file.ts'
import type { SqliteRevisions } from './sqlite-revisions.ts'
import type { SqliteUpdates } from './sqlite-updates.ts'
import type { Value } from './statements.ts'
import { tablesOfDocument } from './tables.ts'
import type { LoggedUpdate } from './update-log.ts'

const select = 'SELECT docId, epoch, path, binned FROM documents'

export class SqliteCatalogue implements DocumentCatalogue {
  constructor(
    private readonly file: SqliteFile,
    private readonly updates: SqliteUpdates,
    private readonly revisions: SqliteRevisions,
  ) {}

  async create(record: DocumentRecord, first: LoggedUpdate, revision: Revision): Promise<void> {
    const { docId, epoch, path, binned } = record
    await this.file.commit(() => {
      this.file.run('INSERT INTO documents(docId, epoch, path, binned, began) VALUES(?, ?, ?, ?, ?)', [
        docId,
        epoch,
        path,
        binned,
        revision.digest,
      ])
      this.file.run('DELETE FROM aliases WHERE path = ?', [path])
      this.updates.insert(first)
      this.revisions.insert(docId, revision)
    })
  }

  async at(path: string): Promise<DocumentRecord | null> {
    return this.readDocument(`${select} WHERE path = ? AND binned IS NULL`, [path])
  }

  async document(docId: string): Promise<DocumentRecord | null> {
    return this.readDocument(`${select} WHERE docId = ?`, [docId])
  }

  async formerlyAt(path: string): Promise<DocumentRecord | null> {
    return this.readDocument(`${select} WHERE docId = (SELECT docId FROM aliases WHERE path = ?)`, [path])
  }

  async binned(path?: string): Promise<readonly DocumentRecord[]> {
    const [where, values] = path === undefined ? ['', []] : [' AND path = ?', [path]]
    return this.file.all<DocumentRecord>(
      `${select} WHERE binned IS NOT NULL${where} ORDER BY binned DESC`,
      values,
    )
  }

  async rename(docId: string, path: string): Promise<void> {
    await this.file.commit(() => {
      this.file.run('INSERT OR REPLACE INTO aliases SELECT path, docId FROM documents WHERE docId = ?', [
        docId,
      ])
      this.file.run('DELETE FROM aliases WHERE path = ?', [path])
      this.file.run('UPDATE documents SET path = ?, binned = NULL WHERE docId = ?', [path, docId])
    })
  }

  async bin(docId: string, deletedAs: string): Promise<void> {
    await this.file.commit(() =>
      this.file.run('UPDATE documents SET binned = ? WHERE docId = ?', [deletedAs, docId]),
    )
  }

  async forget(docId: string): Promise<void> {
    await this.file.commit(() => {
      for (const table of tablesOfDocument) this.file.run(`DELETE FROM ${table} WHERE docId = ?`, [docId])
    })
  }

  async documents(): Promise<readonly string[]> {
    return this.file.all<DocumentRecord>('SELECT docId FROM documents', []).map(({ docId }) => docId)
  }

  async renew(docId: string, epoch: string, began: string): Promise<void> {
    await this.file.commit(() =>
      this.file.run('UPDATE documents SET epoch = ?, began = ? WHERE docId = ?', [epoch, began, docId]),
    )
  }

  private readDocument(sql: string, values: Value[]): DocumentRecord | null {
    return this.file.all<DocumentRecord>(sql, values)[0] ?? null
  }
}
