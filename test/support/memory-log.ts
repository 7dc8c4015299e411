// A log in memory, which passes the same contract tests as the real one.
import type { DocumentCatalogue, DocumentRecord } from '../../relay/log/document-catalogue.ts'
import { sessionsOf, type EditSession } from '../../relay/log/edit-session.ts'
import type { Log } from '../../relay/log/log.ts'
import {
  maxRevisions,
  revisionToDrop,
  type NewRevision,
  type Revision,
  type RevisionHead,
  type Revisions,
} from '../../relay/log/revisions.ts'
import {
  chunkLength,
  type LoggedUpdate,
  type Tail,
  type UpdateLog,
  type Version,
} from '../../relay/log/update-log.ts'

class Tables {
  readonly rows: LoggedUpdate[] = []
  readonly names = new Map<string, string>()
  readonly checkpoints = new Map<string, { state: Uint8Array; rows: number }>()
  readonly versions = new Map<string, Version[]>()
  readonly records = new Map<string, DocumentRecord>()
  readonly aliases = new Map<string, string>()
  readonly revisions = new Map<string, { readonly number: number; readonly revision: Revision }[]>()
  readonly began = new Map<string, string>()
}

class MemoryUpdates implements UpdateLog {
  private readonly tables: Tables
  private readonly revisions: Revisions

  constructor(tables: Tables, revisions: Revisions) {
    this.tables = tables
    this.revisions = revisions
  }

  async append(rows: readonly LoggedUpdate[], revisions: readonly NewRevision[] = []): Promise<void> {
    for (const { name, ...row } of rows) {
      if (name !== undefined) this.tables.names.set(row.user, name)
      this.tables.rows.push(row)
    }
    for (const { docId, revision } of revisions) await this.revisions.add(docId, revision)
  }

  async synced(): Promise<void> {}

  async load(docId: string): Promise<readonly Uint8Array[]> {
    const checkpoint = this.tables.checkpoints.get(docId)
    const tail = (await this.history(docId)).slice(checkpoint?.rows ?? 0).map((row) => row.bytes)
    return checkpoint ? [checkpoint.state, ...tail] : tail
  }

  async tail(docId: string): Promise<Tail> {
    const rows = (await this.history(docId)).slice(this.tables.checkpoints.get(docId)?.rows ?? 0)
    return { updates: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  async compact(docId: string, state: Uint8Array): Promise<void> {
    this.tables.checkpoints.set(docId, { state, rows: (await this.history(docId)).length })
  }

  private async history(docId: string): Promise<readonly LoggedUpdate[]> {
    return this.tables.rows.filter((row) => row.docId === docId)
  }

  async *beginning(docId: string, count: number): AsyncIterable<readonly LoggedUpdate[]> {
    const rows = (await this.history(docId)).slice(0, count)
    for (let next = 0; next < rows.length; next += chunkLength) yield rows.slice(next, next + chunkLength)
  }

  async sessions(docId: string): Promise<readonly EditSession[]> {
    return sessionsOf(await this.history(docId))
  }

  async people(): Promise<ReadonlyMap<string, string>> {
    return this.tables.names
  }

  async nameVersion(docId: string, version: Version): Promise<void> {
    const versions = [...(this.tables.versions.get(docId) ?? []), version]
    this.tables.versions.set(
      docId,
      versions.sort((a, b) => a.at - b.at || a.time - b.time),
    )
  }

  async versions(docId: string): Promise<readonly Version[]> {
    return this.tables.versions.get(docId) ?? []
  }
}

class MemoryCatalogue implements DocumentCatalogue {
  private readonly tables: Tables
  private readonly revisions: Revisions

  constructor(tables: Tables, revisions: Revisions) {
    this.tables = tables
    this.revisions = revisions
  }

  async create(record: DocumentRecord, first: LoggedUpdate, revision: Revision): Promise<void> {
    if (await this.at(record.path)) throw new Error('another document is in use at this path')
    this.tables.records.set(record.docId, record)
    this.tables.aliases.delete(record.path)
    this.tables.rows.push(first)
    this.tables.began.set(record.docId, revision.digest)
    await this.revisions.add(record.docId, revision)
  }

  async at(path: string): Promise<DocumentRecord | null> {
    return (
      [...this.tables.records.values()].find((record) => record.path === path && record.binned === null) ??
      null
    )
  }

  async document(docId: string): Promise<DocumentRecord | null> {
    return this.tables.records.get(docId) ?? null
  }

  async formerlyAt(path: string): Promise<DocumentRecord | null> {
    return this.tables.records.get(this.tables.aliases.get(path) ?? '') ?? null
  }

  async binned(path?: string): Promise<readonly DocumentRecord[]> {
    return [...this.tables.records.values()]
      .filter((record) => record.binned !== null && (path === undefined || record.path === path))
      .sort((a, b) => ((a.binned ?? '') < (b.binned ?? '') ? 1 : -1))
  }

  async rename(docId: string, path: string): Promise<void> {
    const record = this.known(docId)
    const holder = await this.at(path)
    if (holder && holder.docId !== docId) throw new Error('another document is in use at this path')
    if (record.path !== path) this.tables.aliases.set(record.path, docId)
    this.tables.aliases.delete(path)
    this.tables.records.set(docId, { ...record, path, binned: null })
  }

  async bin(docId: string, deletedAs: string): Promise<void> {
    this.tables.records.set(docId, { ...this.known(docId), binned: deletedAs })
  }

  async forget(docId: string): Promise<void> {
    const { rows, aliases, checkpoints, records, revisions, began, versions } = this.tables
    rows.splice(0, rows.length, ...rows.filter((row) => row.docId !== docId))
    for (const map of [checkpoints, records, revisions, began, versions]) map.delete(docId)
    for (const [path, alias] of aliases) if (alias === docId) aliases.delete(path)
  }

  async documents(): Promise<readonly string[]> {
    return [...this.tables.records.keys()]
  }

  async renew(docId: string, epoch: string, began: string): Promise<void> {
    const record = this.tables.records.get(docId)
    if (record) this.tables.records.set(docId, { ...record, epoch })
    this.tables.began.set(docId, began)
  }

  private known(docId: string): DocumentRecord {
    const record = this.tables.records.get(docId)
    if (!record) throw new Error(`no document ${docId} in the log`)
    return record
  }
}

class MemoryRevisions implements Revisions {
  private readonly tables: Tables
  private number = 0

  constructor(tables: Tables) {
    this.tables = tables
  }

  async add(docId: string, revision: Revision): Promise<void> {
    const all = [...(this.tables.revisions.get(docId) ?? []), { revision, number: ++this.number }]
    const began = await this.began(docId)
    const kept = all.map(({ number, revision: { written, digest } }) => ({
      number,
      written,
      began: digest === began,
    }))
    if (all.length > maxRevisions) all.splice(revisionToDrop(kept), 1)
    this.tables.revisions.set(docId, all)
  }

  async began(docId: string): Promise<string | null> {
    return this.tables.began.get(docId) ?? null
  }

  async markWritten(docId: string, digest: string): Promise<void> {
    const all = this.tables.revisions.get(docId) ?? []
    const last = all.findLastIndex(({ revision }) => revision.digest === digest)
    const marked = all.map(({ number, revision }, index) => ({
      number,
      revision: index === last ? { ...revision, written: true } : revision,
    }))
    this.tables.revisions.set(docId, marked)
  }

  async of(docId: string): Promise<readonly Revision[]> {
    return (this.tables.revisions.get(docId) ?? []).map(({ revision }) => revision)
  }

  async heads(docId: string): Promise<readonly RevisionHead[]> {
    const all = await this.of(docId)
    return all.map(({ digest, time, written, outside }) => ({ digest, time, written, outside }))
  }

  async wasAt(docId: string, digest: string, state: Uint8Array): Promise<boolean> {
    const found = (await this.of(docId)).findLast((one) => one.digest === digest)
    return found !== undefined && Buffer.compare(found.state, state) === 0
  }

  async unwritten(): Promise<readonly DocumentRecord[]> {
    const { records, revisions, rows } = this.tables
    return [...records.values()].filter(({ docId, binned }) => {
      const last = revisions.get(docId)?.findLast(({ revision }) => revision.written)
      const written = last?.revision.time ?? 0
      return binned === null && rows.some((row) => row.docId === docId && row.time > written)
    })
  }
}

export class MemoryLog implements Log {
  readonly updates: UpdateLog
  readonly catalogue: DocumentCatalogue
  readonly revisions: Revisions

  constructor() {
    const tables = new Tables()
    this.revisions = new MemoryRevisions(tables)
    this.updates = new MemoryUpdates(tables, this.revisions)
    this.catalogue = new MemoryCatalogue(tables, this.revisions)
  }

  async close(): Promise<void> {}
}
