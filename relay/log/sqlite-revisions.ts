import type { DocumentRecord } from './document-catalogue.ts'
import { writers, type Packing } from './packing.ts'
import {
  maxRevisions,
  revisionToDrop,
  type Revision,
  type RevisionHead,
  type Revisions,
} from './revisions.ts'
import type { SqliteFile } from './sqlite-file.ts'

export class SqliteRevisions implements Revisions {
  constructor(
    private readonly file: SqliteFile,
    private readonly packing: Packing,
  ) {}

  async add(docId: string, revision: Revision): Promise<void> {
    await this.file.commit(() => this.insert(docId, revision))
  }

  async markWritten(docId: string, digest: string): Promise<void> {
    await this.file.commit(() =>
      this.file.run(
        'UPDATE bases SET written = 1 WHERE seq = (SELECT max(seq) FROM bases WHERE docId = ? AND digest = ?)',
        [docId, digest],
      ),
    )
  }

  of(docId: string): Promise<readonly Revision[]> {
    return this.packing.revisions(docId)
  }

  async heads(docId: string): Promise<readonly RevisionHead[]> {
    return this.packing.heads(docId)
  }

  wasAt(docId: string, digest: string, state: Uint8Array): Promise<boolean> {
    return this.packing.wasAt(docId, digest, state)
  }

  async began(docId: string): Promise<string | null> {
    const [row] = this.file.all<{ began: string | null }>('SELECT began FROM documents WHERE docId = ?', [
      docId,
    ])
    return row?.began ?? null
  }

  async unwritten(): Promise<readonly DocumentRecord[]> {
    return this.file.all<DocumentRecord>(
      `SELECT docId, epoch, path, binned FROM documents d WHERE binned IS NULL
       AND max(coalesce((SELECT max(time) FROM updates u WHERE u.docId = d.docId), 0),
         coalesce((SELECT max(time) FROM chunks c WHERE c.docId = d.docId), 0))
         > coalesce((SELECT max(time) FROM bases b WHERE b.docId = d.docId AND written > 0), 0)`,
      [],
    )
  }

  /** Part of a commit. */
  insert(docId: string, { digest, state, time, written, outside }: Revision): void {
    this.file.run('INSERT INTO bases(docId, digest, bytes, time, written) VALUES(?, ?, ?, ?, ?)', [
      docId,
      digest,
      state,
      time,
      outside ? writers.another : written ? writers.relay : writers.nobody,
    ])
    const rows = this.file.all<{ seq: number; written: number; began: number }>(
      `SELECT seq, written, digest = (SELECT began FROM documents d WHERE d.docId = b.docId) AS began
       FROM bases b WHERE docId = ? ORDER BY seq`,
      [docId],
    )
    if (rows.length <= maxRevisions) return
    const index = revisionToDrop(
      rows.map(({ seq, written, began }) => ({
        number: seq,
        written: written !== writers.nobody,
        began: began === 1,
      })),
    )
    this.file.run('DELETE FROM bases WHERE seq = ?', [rows[index]?.seq ?? 0])
  }
}
