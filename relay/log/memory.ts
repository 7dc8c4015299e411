// A log that forgets when the process ends: for tests, and the measure of what the interface asks.
import { sessionsOf, type EditSession } from './edit-session.ts'
import {
  chunkLength,
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

export class MemoryLog implements LogStore {
  private readonly rows: LoggedUpdate[] = []
  private readonly names = new Map<string, string>()
  private readonly checkpoints = new Map<string, { state: Uint8Array; rows: number }>()
  private readonly records = new Map<string, DocumentRecord>()
  private readonly aliases = new Map<string, string>()
  private readonly basesByDocument = new Map<string, { readonly number: number; readonly base: Revision }[]>()
  private readonly beganWith = new Map<string, string>()
  private number = 0
  private readonly versionsByDocument = new Map<string, Version[]>()

  async append(rows: readonly LoggedUpdate[], revisions: readonly NewRevision[] = []): Promise<void> {
    for (const { name, ...row } of rows) {
      if (name !== undefined) this.names.set(row.user, name)
      this.rows.push(row)
    }
    for (const { docId, base } of revisions) await this.addRevision(docId, base)
  }

  async synced(): Promise<void> {}

  async load(docId: string): Promise<readonly Uint8Array[]> {
    const checkpoint = this.checkpoints.get(docId)
    const tail = (await this.history(docId)).slice(checkpoint?.rows ?? 0).map((row) => row.bytes)
    return checkpoint ? [checkpoint.state, ...tail] : tail
  }

  async tail(docId: string): Promise<Tail> {
    const rows = (await this.history(docId)).slice(this.checkpoints.get(docId)?.rows ?? 0)
    return { updates: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  async compact(docId: string, state: Uint8Array): Promise<void> {
    this.checkpoints.set(docId, { state, rows: (await this.history(docId)).length })
  }

  async history(docId: string): Promise<readonly LoggedUpdate[]> {
    return this.rows.filter((row) => row.docId === docId)
  }

  async *beginning(docId: string, count: number): AsyncIterable<readonly LoggedUpdate[]> {
    const rows = (await this.history(docId)).slice(0, count)
    for (let next = 0; next < rows.length; next += chunkLength) yield rows.slice(next, next + chunkLength)
  }

  async sessions(docId: string): Promise<readonly EditSession[]> {
    return sessionsOf(await this.history(docId))
  }

  async people(): Promise<ReadonlyMap<string, string>> {
    return this.names
  }

  async nameVersion(docId: string, version: Version): Promise<void> {
    const versions = [...(this.versionsByDocument.get(docId) ?? []), version]
    this.versionsByDocument.set(
      docId,
      versions.sort((a, b) => a.at - b.at || a.time - b.time),
    )
  }

  async versions(docId: string): Promise<readonly Version[]> {
    return this.versionsByDocument.get(docId) ?? []
  }

  async create(record: DocumentRecord, first: LoggedUpdate, base: Revision): Promise<void> {
    if (await this.at(record.path)) throw new Error('another document is in use at this path')
    this.records.set(record.docId, record)
    this.aliases.delete(record.path)
    this.rows.push(first)
    this.basesByDocument.set(record.docId, [{ base, number: ++this.number }])
    this.beganWith.set(record.docId, base.digest)
  }

  async at(path: string): Promise<DocumentRecord | null> {
    return [...this.records.values()].find((record) => record.path === path && record.binned === null) ?? null
  }

  async document(docId: string): Promise<DocumentRecord | null> {
    return this.records.get(docId) ?? null
  }

  async formerlyAt(path: string): Promise<DocumentRecord | null> {
    return this.records.get(this.aliases.get(path) ?? '') ?? null
  }

  async binnedAt(path: string): Promise<readonly DocumentRecord[]> {
    return [...this.records.values()]
      .filter((record) => record.path === path && record.binned !== null)
      .sort((a, b) => ((a.binned ?? '') < (b.binned ?? '') ? 1 : -1))
  }

  async rename(docId: string, path: string): Promise<void> {
    const record = this.known(docId)
    const holder = await this.at(path)
    if (holder && holder.docId !== docId) throw new Error('another document is in use at this path')
    if (record.path !== path) this.aliases.set(record.path, docId)
    this.aliases.delete(path)
    this.records.set(docId, { ...record, path, binned: null })
  }

  async bin(docId: string, deletedAs: string): Promise<void> {
    this.records.set(docId, { ...this.known(docId), binned: deletedAs })
  }

  async deletedAs(): Promise<readonly DocumentRecord[]> {
    return [...this.records.values()].filter(({ binned }) => binned !== null)
  }

  async forget(docId: string): Promise<void> {
    const others = this.rows.filter((row) => row.docId !== docId)
    this.rows.splice(0, this.rows.length, ...others)
    for (const map of [
      this.checkpoints,
      this.records,
      this.basesByDocument,
      this.beganWith,
      this.versionsByDocument,
    ])
      map.delete(docId)
    for (const [path, alias] of this.aliases) if (alias === docId) this.aliases.delete(path)
  }

  async used(): Promise<boolean> {
    return this.records.size > 0
  }

  async documents(): Promise<readonly string[]> {
    return [...this.records.keys()]
  }

  async addRevision(docId: string, base: Revision): Promise<void> {
    const revisions = [...(this.basesByDocument.get(docId) ?? []), { base, number: ++this.number }]
    if (revisions.length > maxRevisions) {
      const began = await this.began(docId)
      const index = revisionToDrop(
        revisions.map(({ number }) => number),
        (at) => revisions[at]?.base.digest === began,
      )
      revisions.splice(index, 1)
    }
    this.basesByDocument.set(docId, revisions)
  }

  async renew(docId: string, epoch: string, began: string): Promise<void> {
    const record = this.records.get(docId)
    if (record) this.records.set(docId, { ...record, epoch })
    this.beganWith.set(docId, began)
  }

  async began(docId: string): Promise<string | null> {
    return this.beganWith.get(docId) ?? null
  }

  async markWritten(docId: string, digest: string): Promise<void> {
    const revisions = this.basesByDocument.get(docId) ?? []
    const last = revisions.findLastIndex(({ base }) => base.digest === digest)
    this.basesByDocument.set(
      docId,
      revisions.map(({ number, base }, index) => ({
        number,
        base: index === last ? { ...base, written: true } : base,
      })),
    )
  }

  async revisionHeads(docId: string): Promise<readonly RevisionHead[]> {
    const revisions = await this.revisions(docId)
    return revisions.map(({ digest, time, written, outside }) => ({ digest, time, written, outside }))
  }

  async wasAt(docId: string, digest: string, state: Uint8Array): Promise<boolean> {
    const base = (await this.revisions(docId)).findLast((one) => one.digest === digest)
    return base !== undefined && Buffer.compare(base.state, state) === 0
  }

  async revisions(docId: string): Promise<readonly Revision[]> {
    return (this.basesByDocument.get(docId) ?? []).map(({ base }) => base)
  }

  async unwritten(): Promise<readonly DocumentRecord[]> {
    return [...this.records.values()].filter(({ docId, binned }) => {
      const written = this.basesByDocument.get(docId)?.findLast(({ base }) => base.written)?.base.time ?? 0
      return binned === null && this.rows.some((row) => row.docId === docId && row.time > written)
    })
  }

  async close(): Promise<void> {}

  private known(docId: string): DocumentRecord {
    const record = this.records.get(docId)
    if (!record) throw new Error(`no document ${docId} in the log`)
    return record
  }
}
