// A log that forgets when the process ends: for tests, and the measure of what the interface asks.
import { stintsOf, type Stint } from './stint.ts'
import {
  chunkLength,
  keptBases,
  superfluousBase,
  type Base,
  type DocumentRecord,
  type LogRow,
  type LogStore,
  type NewBase,
  type Tail,
  type Version,
} from './store.ts'

export class MemoryLog implements LogStore {
  readonly #rows: LogRow[] = []
  readonly #people = new Map<string, string>()
  readonly #checkpoints = new Map<string, { state: Uint8Array; rows: number }>()
  readonly #documents = new Map<string, DocumentRecord>()
  readonly #aliases = new Map<string, string>()
  readonly #bases = new Map<string, { readonly number: number; readonly base: Base }[]>()
  readonly #began = new Map<string, string>()
  #number = 0
  readonly #versions = new Map<string, Version[]>()

  async append(rows: readonly LogRow[], bases: readonly NewBase[] = []): Promise<void> {
    for (const { name, ...row } of rows) {
      if (name !== undefined) this.#people.set(row.user, name)
      this.#rows.push(row)
    }
    for (const { docId, base } of bases) await this.addBase(docId, base)
  }

  async synced(): Promise<void> {}

  async load(docId: string): Promise<readonly Uint8Array[]> {
    const checkpoint = this.#checkpoints.get(docId)
    const tail = (await this.history(docId)).slice(checkpoint?.rows ?? 0).map((row) => row.bytes)
    return checkpoint ? [checkpoint.state, ...tail] : tail
  }

  async tail(docId: string): Promise<Tail> {
    const rows = (await this.history(docId)).slice(this.#checkpoints.get(docId)?.rows ?? 0)
    return { updates: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  async compact(docId: string, state: Uint8Array): Promise<void> {
    this.#checkpoints.set(docId, { state, rows: (await this.history(docId)).length })
  }

  async history(docId: string): Promise<readonly LogRow[]> {
    return this.#rows.filter((row) => row.docId === docId)
  }

  async *beginning(docId: string, count: number): AsyncIterable<readonly LogRow[]> {
    const rows = (await this.history(docId)).slice(0, count)
    for (let next = 0; next < rows.length; next += chunkLength) yield rows.slice(next, next + chunkLength)
  }

  async stints(docId: string): Promise<readonly Stint[]> {
    return stintsOf(await this.history(docId))
  }

  async people(): Promise<ReadonlyMap<string, string>> {
    return this.#people
  }

  async nameVersion(docId: string, version: Version): Promise<void> {
    const versions = [...(this.#versions.get(docId) ?? []), version]
    this.#versions.set(
      docId,
      versions.sort((a, b) => a.at - b.at || a.time - b.time),
    )
  }

  async versions(docId: string): Promise<readonly Version[]> {
    return this.#versions.get(docId) ?? []
  }

  async create(record: DocumentRecord, first: LogRow, base: Base): Promise<void> {
    if (await this.at(record.path)) throw new Error('another document is in use at this path')
    this.#documents.set(record.docId, record)
    this.#aliases.delete(record.path)
    this.#rows.push(first)
    this.#bases.set(record.docId, [{ base, number: ++this.#number }])
    this.#began.set(record.docId, base.digest)
  }

  async at(path: string): Promise<DocumentRecord | null> {
    return (
      [...this.#documents.values()].find((record) => record.path === path && record.binned === null) ?? null
    )
  }

  async document(docId: string): Promise<DocumentRecord | null> {
    return this.#documents.get(docId) ?? null
  }

  async formerlyAt(path: string): Promise<DocumentRecord | null> {
    return this.#documents.get(this.#aliases.get(path) ?? '') ?? null
  }

  async binnedAt(path: string): Promise<readonly DocumentRecord[]> {
    return [...this.#documents.values()]
      .filter((record) => record.path === path && record.binned !== null)
      .sort((a, b) => ((a.binned ?? '') < (b.binned ?? '') ? 1 : -1))
  }

  async rename(docId: string, path: string): Promise<void> {
    const record = this.#known(docId)
    const holder = await this.at(path)
    if (holder && holder.docId !== docId) throw new Error('another document is in use at this path')
    if (record.path !== path) this.#aliases.set(record.path, docId)
    this.#aliases.delete(path)
    this.#documents.set(docId, { ...record, path, binned: null })
  }

  async bin(docId: string, binned: string): Promise<void> {
    this.#documents.set(docId, { ...this.#known(docId), binned })
  }

  async binned(): Promise<readonly DocumentRecord[]> {
    return [...this.#documents.values()].filter(({ binned }) => binned !== null)
  }

  async forget(docId: string): Promise<void> {
    const others = this.#rows.filter((row) => row.docId !== docId)
    this.#rows.splice(0, this.#rows.length, ...others)
    for (const map of [this.#checkpoints, this.#documents, this.#bases, this.#began, this.#versions])
      map.delete(docId)
    for (const [path, alias] of this.#aliases) if (alias === docId) this.#aliases.delete(path)
  }

  async used(): Promise<boolean> {
    return this.#documents.size > 0
  }

  async documents(): Promise<readonly string[]> {
    return [...this.#documents.keys()]
  }

  async addBase(docId: string, base: Base): Promise<void> {
    const bases = [...(this.#bases.get(docId) ?? []), { base, number: ++this.#number }]
    if (bases.length > keptBases) {
      const began = await this.began(docId)
      const index = superfluousBase(
        bases.map(({ number }) => number),
        (at) => bases[at]?.base.digest === began,
      )
      bases.splice(index, 1)
    }
    this.#bases.set(docId, bases)
  }

  async renew(docId: string, epoch: string, began: string): Promise<void> {
    const record = this.#documents.get(docId)
    if (record) this.#documents.set(docId, { ...record, epoch })
    this.#began.set(docId, began)
  }

  async began(docId: string): Promise<string | null> {
    return this.#began.get(docId) ?? null
  }

  async baseWritten(docId: string, digest: string): Promise<void> {
    const bases = this.#bases.get(docId) ?? []
    const last = bases.findLastIndex(({ base }) => base.digest === digest)
    this.#bases.set(
      docId,
      bases.map(({ number, base }, index) => ({
        number,
        base: index === last ? { ...base, written: true } : base,
      })),
    )
  }

  async bases(docId: string): Promise<readonly Base[]> {
    return (this.#bases.get(docId) ?? []).map(({ base }) => base)
  }

  async unwritten(): Promise<readonly DocumentRecord[]> {
    return [...this.#documents.values()].filter(({ docId, binned }) => {
      const written = this.#bases.get(docId)?.findLast(({ base }) => base.written)?.base.time ?? 0
      return binned === null && this.#rows.some((row) => row.docId === docId && row.time > written)
    })
  }

  async close(): Promise<void> {}

  #known(docId: string): DocumentRecord {
    const record = this.#documents.get(docId)
    if (!record) throw new Error(`no document ${docId} in the log`)
    return record
  }
}
