// The notebooks by path: create, rename, delete to the bin, restore, open. The log knows documents by docId; here a
// path is matched with a document and a file. Changes of paths happen only here, one at a time, and never during a
// snapshot.
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { newNotebook } from '../../shared/ipynb/fresh.ts'
import type { DocumentRecord } from '../log/document-catalogue.ts'
import { Bin, newStamp, type Deleted, type Entry } from './bin.ts'
import type { KeyedLock } from './keyed-lock.ts'
import { OutsideFolder, Unreadable } from './notebook-files.ts'
import {
  contentOf,
  noKnowledge,
  Opening,
  type Asker,
  type OpeningOptions,
  type OpenResult,
} from './opening.ts'
import { ending, parsePath, type NotebookPath } from './path.ts'
import type { SeenFiles } from './seen-files.ts'

export type Refused = { readonly ok: false; readonly problem: 'missing' | 'exists' | 'open' }
export type Changed = { readonly ok: true } | Refused
/** The resulting path: a free one if the requested one was taken. */
export type RenameResult = { readonly ok: true; readonly path: NotebookPath } | Refused
export type Removed = { readonly ok: true; readonly entry: Entry } | Refused

export interface CatalogueOptions extends OpeningOptions {
  /** Also held by snapshots, with the docId as the key. */
  readonly exclusive: KeyedLock
  readonly seenFiles: SeenFiles
  /** Whether the document is open. */
  readonly isOpen: (docId: string) => boolean
}

/** The lock's key for changes of paths. */
export const names = 'names'

export class NotebookCatalogue {
  private readonly bin: Bin
  private readonly opening: Opening

  constructor(private readonly options: CatalogueOptions) {
    this.bin = new Bin(options)
    this.opening = new Opening(options, this.bin)
  }

  /** The document at a path, imported from its file if there is none yet. */
  open(text: string, asker: Asker = noKnowledge): Promise<OpenResult> {
    return this.options.exclusive.run(names, async () => {
      await this.followTo(text)
      return this.opening.open(text, asker)
    })
  }

  /** A file that was moved here by other means, and whose notebook is open, brings its notebook with it. */
  private async followTo(text: string): Promise<void> {
    const { files, log, seenFiles } = this.options
    const to = parsePath(text)
    if (to === null || (await log.catalogue.at(to)) !== null) return
    const file = await contentOf(files, to)
    if (file === null) return
    for (const docId of seenFiles.documentsOf(file)) {
      const record = await log.catalogue.document(docId)
      const path = record === null ? null : parsePath(record.path)
      // Not by reading it: where case does not matter, the old spelling still leads to the file.
      const { found } = await files.list()
      if (path === null || record?.binned !== null || found.some((each) => each.path === path)) continue
      return this.followed(docId, path, to)
    }
  }

  /** Creates an empty notebook, or one with this content. */
  async create(path: NotebookPath, content: string = formatNotebook(newNotebook())): Promise<Changed> {
    return this.options.exclusive.run(names, async () => {
      const { files, log, ids, exclusive } = this.options
      const before = await log.catalogue.at(path)
      return exclusive.run(before?.docId ?? names + path, async () => {
        if ((await files.replace(path, content, null)) === null) return { ok: false, problem: 'exists' }
        // A document whose file was removed by hand makes room, as if deleted here.
        if (before) await this.binRecord(before, newStamp())
        await ids.remove(path)
        return { ok: true }
      })
    })
  }

  /**
   * Renames a notebook; a deleted one is restored under this path. Its own path, if another notebook has it by now,
   * means that too.
   */
  async rename(path: NotebookPath, to: NotebookPath): Promise<RenameResult> {
    return this.options.exclusive.run(names, async () => {
      const { files, log, ids, exclusive } = this.options
      const record = await log.catalogue.at(path)
      const isThere = await this.isThere(path)
      if ((!record && !isThere) || path === to) {
        const entry = await this.bin.latest(path)
        if (entry) return this.restoreEntry(entry, to)
        return path === to && (record || isThere) ? { ok: true, path } : { ok: false, problem: 'missing' }
      }
      if (await this.taken(to)) return { ok: false, problem: 'exists' }
      return exclusive.run(record?.docId ?? names + path, async () => {
        if ((await files.move(path, to)) === 'exists') return { ok: false, problem: 'exists' }
        if (record) await log.catalogue.rename(record.docId, to)
        await ids.move(path, to)
        if (record) await this.notifyMoved(record.docId)
        return { ok: true, path: to }
      })
    })
  }

  /**
   * A notebook's file is missing: it was moved by other means if a file with its identity or content exists that no
   * other notebook owns. Then the notebook follows.
   */
  async findMoved(
    docId: string,
    was: { readonly identity: string | null; readonly digest: string | null },
  ): Promise<boolean> {
    return this.options.exclusive.run(names, async () => {
      const { log } = this.options
      const record = await log.catalogue.document(docId)
      const path = record === null ? null : parsePath(record.path)
      if (path === null || record?.binned !== null || (await this.isThere(path))) return false
      const to = await this.movedTo(was)
      if (to === null) return false
      await this.followed(docId, path, to)
      return true
    })
  }

  private async followed(docId: string, path: NotebookPath, to: NotebookPath): Promise<void> {
    const { log, ids, exclusive } = this.options
    return exclusive.run(docId, async () => {
      await log.catalogue.rename(docId, to)
      await ids.move(path, to)
      await this.notifyMoved(docId)
    })
  }

  /** The single candidate, or null: of two copies neither is the moved file. */
  private async movedTo(was: {
    readonly identity: string | null
    readonly digest: string | null
  }): Promise<NotebookPath | null> {
    const { files, log } = this.options
    const [sameFile, sameContent]: [NotebookPath[], NotebookPath[]] = [[], []]
    for (const { path, identity } of (await files.list()).found) {
      if (await log.catalogue.at(path)) continue
      if (identity === was.identity) sameFile.push(path)
      else if (was.digest !== null && (await contentOf(files, path))?.digest === was.digest)
        sameContent.push(path)
    }
    const found = sameFile.length > 0 ? sameFile : sameContent
    return found.length === 1 ? (found[0] ?? null) : null
  }

  /** To the bin. */
  async remove(path: NotebookPath): Promise<Removed> {
    return this.options.exclusive.run(names, async () => {
      const { log, ids, exclusive } = this.options
      const record = await log.catalogue.at(path)
      return exclusive.run(record?.docId ?? names + path, async () => {
        const entry = { stamp: newStamp(), path }
        if ((await this.bin.put(entry, path)) === 'missing' && !record)
          return { ok: false, problem: 'missing' }
        await ids.remove(path)
        if (record) await this.binRecord(record, entry.stamp)
        return { ok: true, entry }
      })
    })
  }

  /** The bin's entries, the latest first. */
  async deleted(): Promise<readonly Deleted[]> {
    return this.options.exclusive.run(names, () => this.bin.list())
  }

  /** Restores an entry to its old path or to `to`; to a free path if that is taken. */
  async restore(entry: Entry, to: NotebookPath = entry.path): Promise<RenameResult> {
    return this.options.exclusive.run(names, () => this.restoreEntry(entry, to))
  }

  /** Deletes it permanently, unless it is open. */
  async discard(entry: Entry): Promise<Changed> {
    return this.options.exclusive.run(names, () => this.discardEntry(entry))
  }

  /** Deletes everything permanently, except open notebooks, which are returned. */
  async emptyBin(): Promise<readonly Entry[]> {
    return this.options.exclusive.run(names, async () => {
      const stays: Entry[] = []
      for (const entry of await this.bin.list()) if (!(await this.discardEntry(entry)).ok) stays.push(entry)
      return stays
    })
  }

  private async discardEntry(entry: Entry): Promise<Changed> {
    if (!(await this.bin.has(entry))) return { ok: false, problem: 'missing' }
    const record = await this.bin.record(entry)
    if (record && this.options.isOpen(record.docId)) return { ok: false, problem: 'open' }
    await this.bin.discard(entry)
    return { ok: true }
  }

  private async restoreEntry(entry: Entry, wanted: NotebookPath): Promise<RenameResult> {
    const { log, ids } = this.options
    if (!(await this.bin.has(entry))) return { ok: false, problem: 'missing' }
    const record = await this.bin.record(entry)
    const path = await this.free(wanted)
    await this.bin.take(entry, path)
    if (record) {
      await log.catalogue.rename(record.docId, path)
      await ids.set(path, record.docId)
      await this.notifyMoved(record.docId)
    }
    return { ok: true, path }
  }

  private async free(wanted: NotebookPath): Promise<NotebookPath> {
    const name = wanted.slice(0, -ending.length)
    for (let nth = 0; ; nth++) {
      const text = nth === 0 ? wanted : `${name} (restored${nth === 1 ? '' : ` ${nth}`})${ending}`
      const path = parsePath(text)
      if (path === null)
        throw new OutsideFolder(`${wanted} exists already, and no longer name can be made of it`)
      if (!(await this.taken(path))) return path
    }
  }

  private async taken(path: NotebookPath): Promise<boolean> {
    return (await this.options.log.catalogue.at(path)) !== null || (await this.isThere(path))
  }

  private async isThere(path: NotebookPath): Promise<boolean> {
    try {
      return (await this.options.files.read(path)) !== null
    } catch (error) {
      if (error instanceof Unreadable) return true
      throw error
    }
  }

  private async binRecord(record: DocumentRecord, stamp: string): Promise<void> {
    await this.options.log.catalogue.bin(record.docId, stamp)
    await this.notifyMoved(record.docId)
  }

  private notifyMoved(docId: string): Promise<void> {
    return notifyMoved(this.options, docId)
  }
}

export const notifyMoved = async ({ log, onMoved }: CatalogueOptions, docId: string): Promise<void> => {
  await log.updates.synced()
  const record = await log.catalogue.document(docId)
  if (record) onMoved(record)
}
