// Merges an .ipynb written by another program into the live document. Programs save what they read some time ago, so each
// value of the file is compared with all revisions that program may have read: a value equal to one of them was not
// changed by it, and what was written or run here since stays. In doubt both stay, and the cell gets a mark.
import * as Y from 'yjs'
import { carryFrom } from '../notebook/document/carry.ts'
import { Copies, isAllCopied } from '../notebook/document/copies.ts'
import { extractBlobs } from '../notebook/document/blob-references.ts'
import { addThreads } from '../notebook/document/commenting.ts'
import { importNotebook } from '../notebook/document/import.ts'
import {
  cellMap,
  cellsOf,
  markLeaf,
  metaOf,
  nbmetaOf,
  newCellMap,
  resultMap,
  textOf,
  type CellMap,
} from '../notebook/document/layout.ts'
import type { Origin } from '../notebook/document/origin.ts'
import {
  cellSource,
  docIdOf,
  isDeleted,
  readHead,
  readNotebook,
  visibleCells,
} from '../notebook/document/read.ts'
import { newResultMap, replaceResult } from '../notebook/document/result.ts'
import { asOutsideWriter, fromFiles, isFromOutside, writersOf } from '../notebook/document/writer.ts'
import { sourceDigest } from '../notebook/digest.ts'
import { sameJson } from '../notebook/leaf.ts'
import { FileRevision, FileRevisions } from '../notebook/merge/file-revisions.ts'
import { mergeText } from '../notebook/merge/merge-text.ts'
import { GatheredText, type OtherText } from '../notebook/merge/gathered-text.ts'
import { matchOutside, type EditedFile } from '../notebook/merge/outside-cells.ts'
import { ordersFor } from '../notebook/merge/outside-order.ts'
import { mergeOutsideText, removedBy } from '../notebook/merge/outside-text.ts'
import { TheirMoves } from '../notebook/merge/their-moves.ts'
import { mergeThreads } from '../notebook/merge/outside-threads.ts'
import { editText } from '../notebook/merge/text-edits.ts'
import type { Cell, CellId, Leaf, Leaves, Mark, Notebook } from '../notebook/notebook.ts'
import type { Thread } from '../notebook/thread.ts'
import { formatNotebook } from './format.ts'
import { parseNotebook } from './parse.ts'

/** A revision that was written to the file or returned by the API: the digest of its text and its document. */
export interface KnownRevision {
  readonly digest: string
  /** The whole document as one update. */
  readonly state: Uint8Array
  /** Another program wrote it. */
  readonly outside?: boolean
}

export type OutsideFile =
  | {
      readonly ok: true
      readonly notebook: Notebook
      /** The blobs of the notebook by name, to be stored before it is applied to a document. */
      readonly blobs: ReadonlyMap<string, Uint8Array>
    }
  | { readonly ok: false; readonly reason: string }

export const readOutside = (bytes: Uint8Array | string): OutsideFile => {
  const read = parseNotebook(bytes)
  return read.ok ? { ok: true, ...extractBlobs(read.notebook) } : read
}

export interface OutsideMerge {
  readonly marks: ReadonlyMap<CellId, Mark>
  /** The file's content as a document: the base of the next edit. */
  readonly state: Uint8Array
}

/** The document reduced to what its file contains, because an edit of the file cannot change anything else. */
const asFile = (doc: Y.Doc): Notebook => {
  const notebook = readNotebook(doc)
  const written = parseNotebook(formatNotebook(notebook))
  if (!written.ok) throw new Error(`our own notebook cannot be read: ${written.reason}`)
  const cells = written.notebook.cells.map((cell, at) => ({ ...cell, id: notebook.cells[at]?.id ?? cell.id }))
  return { ...written.notebook, cells }
}

const stateAsFile = (state: Uint8Array): Notebook => {
  const doc = new Y.Doc({ gc: false })
  try {
    Y.applyUpdate(doc, state)
    return asFile(doc)
  } finally {
    doc.destroy()
  }
}

interface OutsideEdit extends EditedFile {
  /** Its base is known, as after a git checkout. */
  readonly followed: boolean
}

/**
 * Merges the content of the file into the document in one transaction, as an outside writer. `versions`: oldest first, at
 * least one, the last being the previous content of the file; only one if it is known which one the edit is based on.
 * `followed`, `own`: see OutsideEdit.
 */
export const mergeFile = (
  doc: Y.Doc,
  versions: readonly KnownRevision[],
  edited: Notebook,
  digest: string,
  { followed = false, own = false } = {},
): OutsideMerge => {
  const merge = new FileMerge(doc, versions, { edited, digest, followed, own })
  const origin: Origin = 'file'
  if (own) doc.transact(() => merge.run(), origin)
  else asOutsideWriter(doc, origin, () => merge.run())
  return { marks: merge.marks, state: importNotebook(merge.notebook, docIdOf(doc) ?? '') }
}

class FileMerge {
  readonly marks = new Map<CellId, Mark>()
  /** The file's content, with the document's ids. */
  readonly notebook: Notebook
  private readonly versions: FileRevisions
  private readonly newest: FileRevision
  private readonly isNew: ReadonlySet<CellId>
  /** Recognises writers whose text this edit may remove. */
  private readonly isFree: ((client: number) => boolean) | null
  private possible: readonly FileRevision[] | null = null
  private liveNow: FileRevision | null = null
  private moves: TheirMoves | null = null

  constructor(
    private readonly doc: Y.Doc,
    known: readonly KnownRevision[],
    private readonly edit: OutsideEdit,
  ) {
    this.versions = new FileRevisions(
      known.map(
        ({ state }) =>
          () =>
            stateAsFile(state),
      ),
    )
    this.newest = this.versions.newest
    const { cells, isNew } = matchOutside(doc, this.versions, edit)
    this.notebook = { ...edit.edited, cells }
    this.isNew = isNew
    // Another program wrote the last revision, and nothing was written here since: probably the same program.
    const goesOn = !edit.own && known.at(-1)?.outside === true
    const isFollowed = edit.followed || (goesOn && !this.lacksOurs())
    this.isFree = isFollowed ? fromFiles(doc) : null
  }

  /** The possible bases, newest first. */
  private get bases(): readonly FileRevision[] {
    return (this.possible ??= this.versions.possible(this.notebook))
  }

  private get live(): FileRevision {
    return (this.liveNow ??= new FileRevision(asFile(this.doc)))
  }

  /** The file lacks something made here that it once had: its writer may not have seen it. */
  private lacksOurs(): boolean {
    const isFromFile = fromFiles(this.doc)
    const theirs = new Map(this.notebook.cells.map((cell) => [cell.id, cell]))
    return this.newest.notebook.cells.some(({ id, source: before, result }) => {
      const [map, cell] = [cellMap(this.doc, id), theirs.get(id)]
      const source = map === undefined ? undefined : textOf(map, 'source')
      if (map === undefined || source === undefined) return false
      const writers = writersOf(source)
      if (cell === undefined) return writers.some((writer) => !isFromFile(writer))
      if (!sameJson(cell.result, result) && readHead(this.doc, id)?.run) return true
      if (cell.source === before) return false
      const { edits } = mergeText(before, source.toString(), cell.source)
      return removedBy(edits).some((unit) => !isFromFile(writers[unit] ?? 0))
    })
  }

  run(): void {
    const meta = metaOf(this.doc)
    const of = ({ notebook }: FileRevision): Notebook => notebook
    // Formatting of the file concerns files only.
    if (!this.edit.own) {
      this.setLeaf(meta, 'format', (version) => of(version).format, this.notebook.format)
      this.setLeaf(meta, 'extra', (version) => of(version).extra, this.notebook.extra)
    }
    this.setLeaves(nbmetaOf(this.doc), (version) => of(version).meta, this.notebook.meta)
    this.mergeComments(null, of, this.notebook)
    this.moves = new TheirMoves(this.doc, this.bases, this.notebook.cells)
    const isThere = new Set(this.notebook.cells.map(({ id }) => id))
    for (const cell of this.newest.notebook.cells) if (!isThere.has(cell.id)) this.remove(cell.id)
    const orders = ordersFor(this.doc, this.notebook.cells, this.isNew, this.newest, () => this.bases)
    for (const [id, order] of orders.others) cellMap(this.doc, id)?.set('order', order)
    for (const cell of this.notebook.cells) {
      const order = orders.own.get(cell.id)
      const map = cellMap(this.doc, cell.id)
      if (map === undefined) this.add(cell, order ?? '')
      else {
        if (order !== undefined) map.set('order', order)
        this.change(cell, map)
      }
    }
    for (const [id, mark] of this.marks) cellMap(this.doc, id)?.set('mark', markLeaf(mark))
    this.moves.record()
  }

  private add(cell: Cell, order: string): void {
    const map = newCellMap({ ...cell, order, deleted: null })
    cellsOf(this.doc).set(cell.id, map)
    if (cell.result !== null) map.set('result', newResultMap(cell.result))
    addThreads(this.doc, cell.id, cell.comments ?? [])
  }

  private mergeComments(
    cell: CellId | null,
    of: (version: FileRevision) => Pick<Cell, 'comments'> | undefined,
    { comments: theirs = [] }: Pick<Cell, 'comments'>,
  ): void {
    const at = (version: FileRevision): readonly Thread[] => of(version)?.comments ?? []
    const newest = at(this.newest)
    if (theirs.length === 0 && newest.length === 0) return
    mergeThreads(this.doc, { cell, theirs, newest, bases: this.bases.map(at) })
  }

  /** Whether to take the file's value: it was changed, and not just to an older one. */
  private isChanged(at: (version: FileRevision) => unknown, value: unknown, isOutside: boolean): boolean {
    if (sameJson(at(this.newest), value)) return false
    return isOutside || !this.bases.some((version) => sameJson(at(version), value))
  }

  private setLeaf(map: Y.Map<Leaf>, key: string, at: (version: FileRevision) => Leaf, value: Leaf): void {
    if (this.isChanged(at, value, isFromOutside(map, key))) map.set(key, value)
  }

  private setLeaves(map: unknown, at: (version: FileRevision) => Leaves, after: Leaves): void {
    if (!(map instanceof Y.Map)) return
    const before = at(this.newest)
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const own = (leaves: Leaves): Leaf | undefined => (Object.hasOwn(leaves, key) ? leaves[key] : undefined)
      const value = own(after)
      if (!this.isChanged((version) => own(at(version)), value, isFromOutside(map, key))) continue
      if (value === undefined) map.delete(key)
      else map.set(key, value)
    }
  }

  /** The file no longer has the cell. */
  private remove(id: CellId): void {
    const map = cellMap(this.doc, id)
    if (map === undefined || isDeleted(map)) return
    const isTheirs = this.isFree !== null && isFromOutside(cellsOf(this.doc), id)
    if (!isTheirs && this.bases.some((version) => !version.cell(id))) {
      this.marks.set(id, { why: 'kept', theirs: null })
      return
    }
    // Edited since the oldest possible base: it becomes a ghost, to keep or discard.
    const seen = (isTheirs ? this.newest : this.bases.at(-1))?.cell(id)?.source ?? ''
    map.set('deleted', { by: null, at: null, digest: sourceDigest(seen) })
  }

  private change(cell: Cell, map: CellMap): void {
    const { id } = cell
    const before = this.newest.cell(id)
    if (isDeleted(map) && (this.followMerge(cell) || !this.bringBack(cell, map))) return
    const theirs = (version: FileRevision): Cell => version.cell(id) ?? cell
    this.setLeaf(map as Y.Map<Leaf>, 'kind', (version) => theirs(version).kind, cell.kind)
    if (!this.edit.own)
      this.setLeaf(map as Y.Map<Leaf>, 'extra', (version) => theirs(version).extra, cell.extra)
    this.setLeaves(map.get('meta'), (version) => theirs(version).meta, cell.meta)
    this.setLeaves(map.get('attachments'), (version) => theirs(version).attachments, cell.attachments)
    this.mergeComments(id, (version) => version.cell(id), cell)
    const source = textOf(map, 'source')
    const conflict =
      source === undefined || before?.source === cell.source ? null : this.mergeText(source, cell)
    if (conflict !== null && conflict !== 'clean') this.marks.set(id, { why: conflict, theirs: cell.source })
    if (this.mergeResult(cell, map)) return
    this.marks.set(id, {
      ...(this.marks.get(id) ?? { why: 'outputs', theirs: cell.source }),
      result: cell.result,
    })
  }

  /** A cell deleted here and present in the file: an older file, or the other program wants it. */
  private bringBack(cell: Cell, map: CellMap): boolean {
    const isOlder = this.bases.some((version) => version.cell(cell.id)?.source === cell.source)
    if (isOlder && !isFromOutside(map, 'deleted')) {
      this.marks.set(cell.id, { why: 'deleted', theirs: cell.source })
      return false
    }
    map.set('deleted', null)
    return true
  }

  /** A cell deleted here whose text is in another cell now, by merging cells: the file's edit goes there. */
  private followMerge({ id, source }: Cell): boolean {
    const copies = new Copies(this.doc)
    const isCopied = isAllCopied(this.doc, id, copies)
    if (this.bases.some((version) => version.cell(id)?.source === source)) return isCopied
    const gathered = this.gathered(id, null)
    const merged = gathered && mergeOutsideText(gathered, this.sourcesOf(id), source, this.isFree)
    if (gathered && merged?.both === false) {
      gathered.edit(merged.edits)
      return true
    }
    const own = isCopied ? cellSource(this.doc, id) : undefined
    if (own === undefined) return false
    const clock = Y.getState(this.doc.store, this.doc.clientID)
    editText(own, mergeOutsideText(GatheredText.of(own), this.sourcesOf(id), source, this.isFree).edits)
    const added = { client: this.doc.clientID, clock, length: Infinity }
    carryFrom(this.doc, id, copies.bySource.get(id) ?? [], [added])
    return true
  }

  /** The cell's text with what a split or merge moved into others since; null if nothing was. */
  private gathered(id: CellId, own: Y.Text | null): GatheredText | null {
    for (const base of this.bases) {
      const was = base.cell(id)?.source
      const found = was === undefined ? null : GatheredText.find(own, was, () => this.othersSince(base, id))
      if (found !== null) return found
    }
    return null
  }

  private othersSince(base: FileRevision, id: CellId): readonly OtherText[] {
    return visibleCells(this.doc).flatMap((other) => {
      const text = other === id ? undefined : cellSource(this.doc, other)
      return text === undefined ? [] : [{ text, had: base.cell(other)?.source ?? '' }]
    })
  }

  private sourcesOf(id: CellId): readonly string[] {
    const has = (versions: readonly FileRevision[]): readonly string[] =>
      versions.flatMap((version) => version.cell(id)?.source ?? [])
    const sources = has(this.bases)
    if (sources.length > 0) return sources
    const older = has(this.versions.all)
    // Without a base, common text is kept once.
    return older.length > 0 ? older : ['']
  }

  private mergeText(text: Y.Text, { id, source }: Cell): 'both' | 'kept' | 'clean' {
    const gathered = this.gathered(id, text) ?? GatheredText.of(text)
    const elsewhere = this.moves?.from(id) ?? ''
    const { edits, both, kept } = mergeOutsideText(
      gathered,
      this.sourcesOf(id),
      source,
      this.isFree,
      elsewhere,
    )
    gathered.edit(edits)
    return both ? 'both' : kept ? 'kept' : 'clean'
  }

  /** False if the file has another result, and ours stays because it is or may be newer. */
  private mergeResult({ id, result: theirs }: Cell, map: CellMap): boolean {
    const before = this.newest.cell(id)?.result ?? null
    if (sameJson(before, theirs)) return true
    const [result, head] = [resultMap(map), readHead(this.doc, id)]
    const reply = result === undefined ? undefined : textOf(result, 'reply')
    const asks = { ...before, reply: theirs?.reply }
    if (
      before !== null &&
      theirs !== null &&
      theirs.reply !== null &&
      reply !== undefined &&
      sameJson(asks, theirs)
    ) {
      const revisions = this.bases.flatMap((version) => version.cell(id)?.result?.reply ?? [])
      editText(reply, mergeOutsideText(GatheredText.of(reply), revisions, theirs.reply, this.isFree).edits)
      return true
    }
    if (head?.status === 'running') return true
    const now = this.live.cell(id)?.result ?? null
    if (sameJson(now, theirs)) return true
    // The run is newer than the file.
    if (!sameJson(now, before)) return false
    const isOurs = head?.run !== null && head?.run !== undefined
    const others = this.bases.filter((version) => !sameJson(version.cell(id)?.result ?? null, before))
    if (this.isFree === null || isOurs) {
      const isOlder = others.some((version) => sameJson(version.cell(id)?.result ?? null, theirs))
      // It is unknown which of two new results is newer.
      if (isOlder || (isOurs && others.length > 0)) return false
    }
    replaceResult(map, theirs)
    return true
  }
}
