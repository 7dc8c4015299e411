// The notebooks of the folder by name: make, rename, delete to the bin, bring back, open. The log knows documents by
// docId; here a name is matched with a document and a file, and each change of names happens in one place, one after
// the other, never in the middle of a snapshot.
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { newNotebook } from '../../shared/ipynb/fresh.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { extractBlobs } from '../../shared/notebook/document/blob-references.ts'
import { importNotebook } from '../../shared/notebook/document/import.ts'
import { inBin } from '../../shared/protocol.ts'
import type { Blobs } from '../blobs/store.ts'
import { isLater, newEpoch } from '../log/epoch.ts'
import type { DocumentRecord, LogStore } from '../log/store.ts'
import { isMissing, moveFile, writeNew } from '../disk/atomic.ts'
import { Bin, newStamp, type Deleted, type Entry } from './bin.ts'
import type { KeyedLock } from './keyed-lock.ts'
import { OutsideFolder, Unreadable, type Content, type Folder } from './folder.ts'
import type { Ids } from './ids.ts'
import { ending, parsePath, type NotebookPath } from './path.ts'

export type OpenResult =
  | { readonly type: 'document'; readonly record: DocumentRecord }
  | { readonly type: 'renamed'; readonly path: string }
  | { readonly type: 'missing'; readonly reason: string }
  | { readonly type: 'unreadable'; readonly reason: string }

export type Refused = { readonly ok: false; readonly problem: 'missing' | 'exists' | 'open' }
export type Changed = { readonly ok: true } | Refused
/** The name it has now: a free one, where the one asked for was taken. */
export type RenameResult = { readonly ok: true; readonly path: NotebookPath } | Refused
export type Removed = { readonly ok: true; readonly entry: Entry } | Refused

export interface LibraryOptions {
  readonly folder: Folder
  readonly log: LogStore
  readonly ids: Ids
  readonly blobs: Blobs
  /** Held by snapshots too, with the docId as the key. */
  readonly exclusive: KeyedLock
  /** A document has another path, went to the bin, came back, or has another history. */
  readonly onMoved: (record: DocumentRecord) => void
  /** Whether somebody has the document open. */
  readonly isOpen: (docId: string) => boolean
}

/** What an asker knows of the document's histories. */
export interface Asker {
  /** The one it holds; null where it has nothing. */
  readonly epoch: string | null
  /** Those it held before, which are over. */
  readonly over: readonly string[]
  /** Whether what it knows may make the relay begin another history. */
  readonly mayWrite: boolean
}

const nobody: Asker = { epoch: null, over: [], mayWrite: false }
const names = 'names'

export class NotebookCatalogue {
  private readonly parts: LibraryOptions
  private readonly bin: Bin
  private readonly started = Date.now()
  /** Documents whose log is known not to be behind their file. */
  private readonly known = new Set<string>()

  constructor(parts: LibraryOptions) {
    this.parts = parts
    this.bin = new Bin(parts)
  }

  /**
   * The document behind a path, imported from its file where there is none yet. Pages that had a notebook open when it
   * went to the bin find it there, by the history they hold.
   */
  async open(text: string, asker: Asker = nobody): Promise<OpenResult> {
    const path = parsePath(text)
    if (!path) return { type: 'missing', reason: 'not a notebook path' }
    return this.parts.exclusive.run(names, async () => {
      const { log, folder } = this.parts
      const record = await log.at(path)
      if (record)
        return { type: 'document', record: await this.after(await this.verified(record, path), asker) }
      const deletedAs = (await log.binnedAt(path)).find((candidate) => candidate.epoch === asker.epoch)
      if (deletedAs) return { type: 'document', record: deletedAs }
      const content = await folder.read(path).catch((error: unknown) => {
        if (error instanceof OutsideFolder) return null
        if (error instanceof Unreadable) return error
        throw error
      })
      if (content instanceof Unreadable) return { type: 'unreadable', reason: content.message }
      if (content) {
        // Under another spelling it would be a second notebook over the same file.
        const spelled = await folder.spelling(path)
        return spelled === path ? this.import(path, content) : { type: 'renamed', path: spelled }
      }
      const moved = await log.formerlyAt(path)
      if (moved && moved.binned === null) return { type: 'renamed', path: moved.path }
      return {
        type: 'missing',
        reason: moved || (await this.bin.latest(path)) ? inBin : 'no such notebook',
      }
    })
  }

  /**
   * A file that was changed before this relay started, and that the log does not know, may be another program's edit,
   * or the log may be an older one that was put back: then browsers hold what the file says as operations of their
   * own, and would bring it a second time. So another history begins, in which nobody's operations are merged.
   */
  private async verified(record: DocumentRecord, path: NotebookPath): Promise<DocumentRecord> {
    const { folder, log } = this.parts
    const { docId } = record
    if (this.known.has(docId)) return record
    const file = await this.content(path)
    this.known.add(docId)
    if (file === null || (await folder.changedAt(path)) >= this.started) return record
    if ((await log.revisionHeads(docId)).some((base) => base.digest === file.digest)) return record
    const epoch = newEpoch(record.epoch)
    await log.renew(docId, epoch, file.digest)
    return { ...record, epoch }
  }

  /**
   * Somebody has been in a later history than the log's, or knows that the log's is over: an older log was put back.
   * What was carried over by content in between and what others still hold as operations of this history would come
   * twice, so another one begins here too.
   */
  private async after(record: DocumentRecord, { epoch, over, mayWrite }: Asker): Promise<DocumentRecord> {
    if (!mayWrite) return record
    const { log, onMoved } = this.parts
    const { docId } = record
    const held = epoch === null ? over : [epoch]
    const isOver = over.includes(record.epoch) && epoch === null
    if (!isOver && !held.some((other) => isLater(other, record.epoch))) return record
    const renewed = { ...record, epoch: newEpoch(record.epoch, ...held) }
    await log.renew(docId, renewed.epoch, (await log.began(docId)) ?? '')
    await log.synced()
    onMoved(renewed)
    return renewed
  }

  /** Makes an empty notebook, or one with this content. */
  async create(path: NotebookPath, content: string = formatNotebook(newNotebook())): Promise<Changed> {
    return this.parts.exclusive.run(names, async () => {
      const { folder, log, ids, exclusive } = this.parts
      const target = await folder.place(path)
      if (await exists(target)) return { ok: false, problem: 'exists' }
      // A document whose file somebody removed by hand makes room, as if it had been deleted here.
      const before = await log.at(path)
      if (before) await exclusive.run(before.docId, () => this.binRecord(before, newStamp()))
      await ids.remove(path)
      await writeNew(target, content)
      return { ok: true }
    })
  }

  /**
   * Renames a notebook; one that is not there comes back from the bin under this name. Its own name, where another
   * notebook has it by now, asks for that too.
   */
  async rename(path: NotebookPath, to: NotebookPath): Promise<RenameResult> {
    return this.parts.exclusive.run(names, async () => {
      const { folder, log, ids, exclusive } = this.parts
      const record = await log.at(path)
      const from = await folder.locate(path)
      const isThere = await exists(from)
      if ((!record && !isThere) || path === to) {
        const entry = await this.bin.latest(path)
        if (entry) return this.restoreEntry(entry, to)
        return path === to && (record || isThere) ? { ok: true, path } : { ok: false, problem: 'missing' }
      }
      const target = await folder.place(to)
      if (await this.taken(to)) return { ok: false, problem: 'exists' }
      return exclusive.run(record?.docId ?? names + path, async () => {
        if (isThere) await moveFile(from, target)
        if (record) await log.rename(record.docId, to)
        await ids.move(path, to)
        if (record) await this.tellMoved(record.docId)
        return { ok: true, path: to }
      })
    })
  }

  /**
   * A notebook's file is no longer where it was: somebody moved it by other means, if there is one with this inode or
   * content that no other notebook owns. Then the notebook goes along.
   */
  async findMoved(
    docId: string,
    was: { readonly inode: bigint | null; readonly digest: string | null },
  ): Promise<boolean> {
    return this.parts.exclusive.run(names, async () => {
      const { folder, log, ids, exclusive } = this.parts
      const record = await log.document(docId)
      const path = record === null ? null : parsePath(record.path)
      if (path === null || record?.binned !== null || (await folder.inode(path)) !== null) return false
      const to = await this.movedTo(was)
      if (to === null) return false
      return exclusive.run(docId, async () => {
        await log.rename(docId, to)
        await ids.move(path, to)
        await this.tellMoved(docId)
        return true
      })
    })
  }

  /** The one candidate, or null: of two copies neither is the file that was moved. */
  private async movedTo(was: {
    readonly inode: bigint | null
    readonly digest: string | null
  }): Promise<NotebookPath | null> {
    const { folder, log } = this.parts
    const [sameInode, sameContent]: [NotebookPath[], NotebookPath[]] = [[], []]
    for (const path of (await folder.notebooks()).found) {
      if (await log.at(path)) continue
      if (was.inode !== null && (await folder.inode(path)) === was.inode) sameInode.push(path)
      else if (was.digest !== null && (await this.content(path))?.digest === was.digest)
        sameContent.push(path)
    }
    const found = sameInode.length > 0 ? sameInode : sameContent
    return found.length === 1 ? (found[0] ?? null) : null
  }

  private async content(path: NotebookPath): Promise<Content | null> {
    try {
      return await this.parts.folder.read(path)
    } catch (error) {
      if (error instanceof Unreadable || error instanceof OutsideFolder) return null
      throw error
    }
  }

  /** To the bin. */
  async remove(path: NotebookPath): Promise<Removed> {
    return this.parts.exclusive.run(names, async () => {
      const { folder, log, ids, exclusive } = this.parts
      const record = await log.at(path)
      const from = await folder.locate(path)
      const isThere = await exists(from)
      if (!record && !isThere) return { ok: false, problem: 'missing' }
      return exclusive.run(record?.docId ?? names + path, async () => {
        const entry = { stamp: newStamp(), path }
        if (isThere) await this.bin.put(entry, from)
        await ids.remove(path)
        if (record) await this.binRecord(record, entry.stamp)
        return { ok: true, entry }
      })
    })
  }

  /** What is in the bin, the latest first. */
  async deleted(): Promise<readonly Deleted[]> {
    return this.parts.exclusive.run(names, () => this.bin.list())
  }

  /** Out of the bin again, where it lay before or to `to`; under a free name where that one is taken. */
  async restore(entry: Entry, to: NotebookPath = entry.path): Promise<RenameResult> {
    return this.parts.exclusive.run(names, () => this.restoreEntry(entry, to))
  }

  /** Deletes it for good, unless somebody has it open. */
  async discard(entry: Entry): Promise<Changed> {
    return this.parts.exclusive.run(names, () => this.discardEntry(entry))
  }

  /** All of it for good; what somebody has open stays, and is given back. */
  async emptyBin(): Promise<readonly Entry[]> {
    return this.parts.exclusive.run(names, async () => {
      const stays: Entry[] = []
      for (const entry of await this.bin.list()) if (!(await this.discardEntry(entry)).ok) stays.push(entry)
      return stays
    })
  }

  private async discardEntry(entry: Entry): Promise<Changed> {
    if (!(await this.bin.has(entry))) return { ok: false, problem: 'missing' }
    const record = await this.bin.record(entry)
    if (record && this.parts.isOpen(record.docId)) return { ok: false, problem: 'open' }
    await this.bin.discard(entry)
    return { ok: true }
  }

  private async restoreEntry(entry: Entry, wanted: NotebookPath): Promise<RenameResult> {
    const { folder, log, ids } = this.parts
    if (!(await this.bin.has(entry))) return { ok: false, problem: 'missing' }
    const record = await this.bin.record(entry)
    const path = await this.free(wanted)
    await this.bin.take(entry, await folder.place(path))
    if (record) {
      await log.rename(record.docId, path)
      await ids.set(path, record.docId)
      await this.tellMoved(record.docId)
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
    const { folder, log } = this.parts
    return (await exists(await folder.locate(path))) || (await log.at(path)) !== null
  }

  private async import(path: NotebookPath, content: Content): Promise<OpenResult> {
    const { log, ids } = this.parts
    const parsed = parseNotebook(content.bytes)
    if (!parsed.ok) return { type: 'unreadable', reason: parsed.reason }
    const known = ids.get(path)
    // An id that the log has under another name belongs to that document: this file is a copy.
    const docId = known !== null && (await log.document(known)) === null ? known : randomUUID()
    const record: DocumentRecord = { docId, epoch: newEpoch(), path, binned: null }
    const { notebook, blobs } = extractBlobs(parsed.notebook)
    await this.parts.blobs.putAll(blobs)
    const bytes = importNotebook(notebook, docId)
    const first = { docId, time: Date.now(), user: '', client: 0, bytes }
    await log.create(record, first, {
      digest: content.digest,
      state: bytes,
      time: first.time,
      written: true,
      // Whoever edits it outside has seen it.
      outside: true,
    })
    await ids.set(path, docId)
    return { type: 'document', record }
  }

  private async binRecord(record: DocumentRecord, stamp: string): Promise<void> {
    await this.parts.log.bin(record.docId, stamp)
    await this.tellMoved(record.docId)
  }

  private async tellMoved(docId: string): Promise<void> {
    const { log, onMoved } = this.parts
    await log.synced()
    const record = await log.document(docId)
    if (record) onMoved(record)
  }
}

const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
