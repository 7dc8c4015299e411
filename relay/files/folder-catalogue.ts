// Folders: make, rename, move, remove. The documents of the notebooks in them go along.
import type { DocumentRecord } from '../log/document-catalogue.ts'
import { names, notifyMoved, type CatalogueOptions } from './catalogue.ts'
import type { Folders } from './folders.ts'
import { parsePath, type FilePath } from './path.ts'

export type FolderProblem = 'exists' | 'missing' | 'not-empty' | 'inside' | 'too-long'
export type FolderChanged = { readonly ok: true } | { readonly ok: false; readonly problem: FolderProblem }

export class FolderCatalogue {
  constructor(
    private readonly options: CatalogueOptions,
    private readonly folders: Folders,
  ) {}

  list(): Promise<readonly string[]> {
    return this.folders.list()
  }

  make(path: FilePath): Promise<FolderChanged> {
    return this.options.exclusive.run(names, async () => {
      const made = await this.folders.make(path)
      return made === 'made' ? { ok: true } : { ok: false, problem: made }
    })
  }

  remove(path: FilePath): Promise<FolderChanged> {
    return this.options.exclusive.run(names, async () => {
      const removed = await this.folders.remove(path)
      return removed === 'removed' ? { ok: true } : { ok: false, problem: removed }
    })
  }

  move(from: FilePath, to: FilePath): Promise<FolderChanged> {
    return this.options.exclusive.run(names, async () => {
      if (`${to}/`.startsWith(`${from}/`)) return { ok: false, problem: 'inside' }
      const records = await this.recordsIn(from)
      const listed = (await this.options.files.list()).found.map(({ path }) => path)
      const paths = new Set([...records.map(({ path }) => path), ...listed.filter(isIn(from))])
      const targets = new Map<string, string>()
      for (const path of paths) {
        const target = parsePath(to + path.slice(from.length))
        if (target === null) return { ok: false, problem: 'too-long' }
        if ((await this.options.log.catalogue.at(target)) !== null) return { ok: false, problem: 'exists' }
        targets.set(path, target)
      }
      return this.holding(records, () => this.moveNow(from, to, records, targets))
    })
  }

  private async moveNow(
    from: FilePath,
    to: FilePath,
    records: readonly DocumentRecord[],
    targets: ReadonlyMap<string, string>,
  ): Promise<FolderChanged> {
    const { log, ids } = this.options
    const moved = await this.folders.move(from, to)
    if (moved !== 'moved') return { ok: false, problem: moved }
    for (const { docId, path } of records) await log.catalogue.rename(docId, targets.get(path) ?? path)
    for (const [path, target] of targets) await ids.move(path, target)
    for (const { docId } of records) await notifyMoved(this.options, docId)
    return { ok: true }
  }

  /** Those in use. */
  private async recordsIn(folder: FilePath): Promise<readonly DocumentRecord[]> {
    const { catalogue } = this.options.log
    const found: DocumentRecord[] = []
    for (const docId of await catalogue.documents()) {
      const record = await catalogue.document(docId)
      if (record?.binned === null && isIn(folder)(record.path)) found.push(record)
    }
    return found
  }

  /** No snapshot of them is written meanwhile. */
  private holding<T>(records: readonly DocumentRecord[], work: () => Promise<T>): Promise<T> {
    const [first, ...rest] = records
    return first === undefined
      ? work()
      : this.options.exclusive.run(first.docId, () => this.holding(rest, work))
  }
}

const isIn =
  (folder: string) =>
  (path: string): boolean =>
    path.startsWith(`${folder}/`)
