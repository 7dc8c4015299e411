// From a path to its document: found in the log, imported from its file if there is none, and in a new epoch if the log
// may be older than what files and browsers have.
import { randomUUID } from 'node:crypto'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { extractBlobs } from '../../shared/notebook/document/blob-references.ts'
import { importNotebook } from '../../shared/notebook/document/import.ts'
import { inBin, noSuchNotebook } from '../../shared/protocol.ts'
import type { Blobs } from '../blobs/store.ts'
import { Unreachable } from '../disk/disk-errors.ts'
import { isLater, newEpoch } from '../log/epoch.ts'
import type { DocumentRecord } from '../log/document-catalogue.ts'
import type { Log } from '../log/log.ts'
import type { Bin } from './bin.ts'
import type { Ids } from './ids.ts'
import { OutsideFolder, Unreadable, type Content, type NotebookFiles } from './notebook-files.ts'
import { parsePath, whyNoNotebook, type NotebookPath } from './path.ts'

export type OpenResult =
  | { readonly type: 'document'; readonly record: DocumentRecord }
  | { readonly type: 'renamed'; readonly path: string }
  | { readonly type: 'missing'; readonly reason: string }
  | { readonly type: 'unreadable'; readonly reason: string }

/** What a caller knows of the document's epochs. */
export interface Asker {
  /** The epoch it holds; null if none. */
  readonly epoch: string | null
  /** Superseded epochs it held before. */
  readonly over: readonly string[]
  /** Whether its knowledge may make the relay begin a new epoch. */
  readonly mayWrite: boolean
}

export const noKnowledge: Asker = { epoch: null, over: [], mayWrite: false }

export interface OpeningOptions {
  readonly files: NotebookFiles
  readonly log: Log
  readonly ids: Ids
  readonly blobs: Blobs
  /** A document was renamed, deleted or restored, or has another epoch. */
  readonly onMoved: (record: DocumentRecord) => void
}

/** Null if there is nothing to read. */
export const contentOf = async (files: NotebookFiles, path: NotebookPath): Promise<Content | null> => {
  try {
    return await files.read(path)
  } catch (error) {
    if (error instanceof Unreadable || error instanceof OutsideFolder) return null
    throw error
  }
}

export class Opening {
  private readonly started = Date.now()
  /** Documents whose log is known to be up to date with their file. */
  private readonly known = new Set<string>()

  constructor(
    private readonly options: OpeningOptions,
    private readonly bin: Bin,
  ) {}

  /** Pages that had a notebook open when it was deleted find it in the bin, by their epoch. */
  async open(text: string, asker: Asker): Promise<OpenResult> {
    const path = parsePath(text)
    if (!path) return { type: 'missing', reason: whyNoNotebook(text) }
    const { log, files } = this.options
    const record = await log.catalogue.at(path)
    if (record)
      return { type: 'document', record: await this.renewed(await this.verified(record, path), asker) }
    const deletedAs = (await log.catalogue.binned(path)).find((candidate) => candidate.epoch === asker.epoch)
    if (deletedAs) return { type: 'document', record: deletedAs }
    const content = await files.read(path).catch((error: unknown) => {
      if (error instanceof OutsideFolder || error instanceof Unreadable) return error
      throw error
    })
    if (content instanceof OutsideFolder) return { type: 'missing', reason: content.message }
    if (content instanceof Unreadable) return { type: 'unreadable', reason: content.message }
    if (content) {
      // Under another spelling it would be a second notebook for the same file.
      const spelled = await this.spelling(path, content)
      return spelled === path ? this.import(path, content) : { type: 'renamed', path: spelled }
    }
    const moved = await log.catalogue.formerlyAt(path)
    if (moved && moved.binned === null) return { type: 'renamed', path: moved.path }
    return {
      type: 'missing',
      reason: moved || (await this.bin.latest(path)) ? inBin : noSuchNotebook,
    }
  }

  /** The path as listed: some disks ignore case, or a symlink leads there. */
  private async spelling(path: NotebookPath, { identity }: Content): Promise<NotebookPath> {
    const { found } = await this.options.files.list()
    if (found.some((file) => file.path === path)) return path
    return found.find((file) => file.identity === identity)?.path ?? path
  }

  /**
   * A file changed before this relay started and unknown to the log may be another program's edit; or the log may be an
   * older one that was restored: then browsers have the file's content as their own operations, and would add it a
   * second time. So a new epoch begins, in which nobody's operations are merged.
   */
  private async verified(record: DocumentRecord, path: NotebookPath): Promise<DocumentRecord> {
    const { files, log } = this.options
    const { docId } = record
    if (this.known.has(docId)) return record
    const file = await contentOf(files, path).catch((error: unknown) => {
      // People continue with what the log has; its file peer reports the failure.
      if (error instanceof Unreachable) return null
      throw error
    })
    this.known.add(docId)
    if (file === null || file.changed >= this.started) return record
    if ((await log.revisions.heads(docId)).some((base) => base.digest === file.digest)) return record
    const epoch = newEpoch(record.epoch)
    await log.catalogue.renew(docId, epoch, file.digest)
    return { ...record, epoch }
  }

  /**
   * Somebody has a later epoch than the log's, or knows that the log's is superseded: an older log was restored.
   * Content merged in between and operations others still hold would be added twice, so a new epoch begins here too.
   */
  private async renewed(record: DocumentRecord, { epoch, over, mayWrite }: Asker): Promise<DocumentRecord> {
    if (!mayWrite) return record
    const { log, onMoved } = this.options
    const { docId } = record
    const held = epoch === null ? over : [epoch]
    const isOver = over.includes(record.epoch) && epoch === null
    if (!isOver && !held.some((other) => isLater(other, record.epoch))) return record
    const next = { ...record, epoch: newEpoch(record.epoch, ...held) }
    await log.catalogue.renew(docId, next.epoch, (await log.revisions.began(docId)) ?? '')
    await log.updates.synced()
    onMoved(next)
    return next
  }

  private async import(path: NotebookPath, content: Content): Promise<OpenResult> {
    const { log, ids } = this.options
    const parsed = parseNotebook(content.bytes)
    if (!parsed.ok) return { type: 'unreadable', reason: parsed.reason }
    const known = ids.get(path)
    // An id that the log has under another path belongs to that document: this file is a copy.
    const docId = known !== null && (await log.catalogue.document(known)) === null ? known : randomUUID()
    const record: DocumentRecord = { docId, epoch: newEpoch(), path, binned: null }
    const { notebook, blobs } = extractBlobs(parsed.notebook)
    await this.options.blobs.putAll(blobs)
    const bytes = importNotebook(notebook, docId)
    const first = { docId, time: Date.now(), user: '', client: 0, bytes }
    await log.catalogue.create(record, first, {
      digest: content.digest,
      state: bytes,
      time: first.time,
      written: true,
      // Another program that edits it has read it.
      outside: true,
    })
    await ids.set(path, docId)
    return { type: 'document', record }
  }
}
