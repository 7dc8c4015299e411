// Reads the document as plain values. A peer may have written anything, so every value is checked and an invalid one
// counts as absent; nothing here throws or writes.
import * as Y from 'yjs'
import { isKindName } from '../cell-kinds/kinds.ts'
import type { By } from '../person.ts'
import { sourceDigest } from '../digest.ts'
import { leafOf } from '../leaf.ts'
import {
  cellMap,
  cellsOf,
  metaOf,
  nbmetaOf,
  resultMap,
  resultOf,
  textOf,
  type CellMap,
  type Deletion,
} from './layout.ts'
import {
  cellId,
  markReasons,
  runStatuses,
  type Cell,
  type CellId,
  type FileFormat,
  type KindName,
  type Leaf,
  type Leaves,
  type Mark,
  type Notebook,
  type Output,
  type RunRequest,
  type Result,
  type Run,
  type RunStatus,
} from '../notebook.ts'
import { Copies, isAllCopied } from './copies.ts'
import { byOrder } from './order.ts'
import { readReceipt, type Receipt } from '../receipt.ts'
import { readReferences, type Reference } from '../references.ts'
import { threadsByCell } from './threads.ts'
import { widgetMeta } from './widgets.ts'

type Fields = { readonly [key: string]: unknown }
const fields = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Y.AbstractType)
    ? (value as Fields)
    : null
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

const leavesOf = (value: unknown): Leaves => {
  const entries: Iterable<[string, unknown]> =
    value instanceof Y.Map ? value.entries() : Object.entries(fields(value) ?? {})
  return Object.fromEntries(Array.from(entries, ([key, leaf]) => [key, leafOf(leaf)]))
}
const itemsOf = (value: unknown): readonly unknown[] =>
  value instanceof Y.Array ? value.toArray() : Array.isArray(value) ? value : []

/** An entry of the list of cells, deleted ones included. */
export interface CellEntry {
  readonly id: CellId
  readonly order: string
  readonly deleted: Deletion | null
  /**
   * Deleted, but the source was edited since, or the file has the cell again: shown to everyone, to keep or discard.
   */
  readonly ghost: boolean
}

const userIn = (found: Readonly<Record<string, unknown>>): Pick<By, 'user'> =>
  typeof found['user'] === 'string' ? { user: found['user'] } : {}

const readDeletion = (value: unknown): Deletion | null => {
  const found = fields(value)
  return found === null
    ? null
    : {
        by: text(found['by']),
        ...userIn(found),
        at: number(found['at']),
        digest: text(found['digest']) ?? '',
      }
}

export const isDeleted = (cell: CellMap): boolean => readDeletion(cell.get('deleted')) !== null

export const readSource = (cell: CellMap): string => textOf(cell, 'source')?.toString() ?? ''

/** Every cell in order, deleted ones included. O(n log n); hashes only the sources of deleted cells. */
export const listCells = (doc: Y.Doc): CellEntry[] => {
  const entries: CellEntry[] = []
  let copies: Copies | null = null
  for (const id of cellsOf(doc).keys()) {
    const cell = cellMap(doc, id)
    if (cell === undefined) continue
    const deleted = readDeletion(cell.get('deleted'))
    const ghost =
      deleted !== null &&
      (readMark(cell.get('mark'))?.why === 'deleted' ||
        (deleted.digest !== sourceDigest(readSource(cell)) &&
          !isAllCopied(doc, cellId(id), (copies ??= new Copies(doc)))))
    entries.push({ id: cellId(id), order: text(cell.get('order')) ?? '', deleted, ghost })
  }
  return entries.sort(byOrder)
}

export const visibleCells = (doc: Y.Doc): CellId[] =>
  listCells(doc)
    .filter((entry) => entry.deleted === null)
    .map((entry) => entry.id)

export const readKind = (cell: CellMap): KindName => {
  const kind = cell.get('kind')
  return isKindName(kind) ? kind : 'raw'
}

const referencesOf = (value: unknown): { readonly references?: readonly Reference[] } => {
  const references = readReferences(value)
  return references.length === 0 ? {} : { references }
}

export const readRequest = (value: unknown): RunRequest | null => {
  const found = fields(value)
  const [id, to] = [text(found?.['id']), text(found?.['to'])]
  if (found === null || id === null || to === null) return null
  return {
    id,
    to,
    by: text(found['by']) ?? '',
    ...userIn(found),
    at: number(found['at']) ?? 0,
    saw: text(found['saw']),
    ...(typeof found['sourceDigest'] === 'string' ? { sourceDigest: found['sourceDigest'] } : {}),
    ...(found['goOn'] === true ? { goOn: true as const } : {}),
    ...referencesOf(found['references']),
    ...(found['stop'] === true ? { stop: true as const } : {}),
  }
}

export const readRun = (value: unknown): Run | null => {
  const found = fields(value)
  const [id, executor] = [text(found?.['id']), text(found?.['executor'])]
  if (found === null || id === null || executor === null) return null
  return {
    id,
    executor,
    by: text(found['by']) ?? '',
    ...userIn(found),
    startedAt: number(found['startedAt']) ?? 0,
    endedAt: number(found['endedAt']),
    count: number(found['count']),
    sourceDigest: text(found['sourceDigest']) ?? '',
  }
}

const readOutput = (value: unknown): Output => {
  if (value instanceof Y.Map) {
    const name = value.get('name') === 'stderr' ? 'stderr' : 'stdout'
    const body = textOf(value, 'text')
    if (body !== undefined)
      return { live: true, stream: { output_type: 'stream', name, text: body.toString() } }
  }
  return { live: false, leaf: leafOf(value) }
}

const readStatus = (value: unknown): RunStatus =>
  runStatuses.includes(value as RunStatus) ? (value as RunStatus) : 'done'

const receiptIn = (value: unknown): { readonly receipt?: Receipt } => {
  const receipt = readReceipt(value)
  return receipt === null ? {} : { receipt }
}

const readResult = (cell: CellMap): Result | null => {
  const result = resultMap(cell)
  if (result === undefined) return null
  const run = readRun(result.get('run'))
  const thinking = textOf(result, 'thinking')?.toString() ?? null
  return {
    run,
    count: number(result.get('count')),
    status: readStatus(result.get('status')),
    outputs: itemsOf(result.get('outputs')).map(readOutput),
    reply: textOf(result, 'reply')?.toString() ?? null,
    // A run creates the text when it starts, whether or not the model thinks.
    thinking: run !== null && thinking === '' ? null : thinking,
    // Calls of runs made here are in the reply's text.
    calls: itemsOf(result.get('calls')).flatMap((call) => (call instanceof Y.Map ? [] : [leafOf(call)])),
    ...receiptIn(result.get('receipt')),
    ...referencesOf(result.get('references')),
  }
}

export const readCell = (doc: Y.Doc, id: CellId): Cell | undefined => {
  const cell = cellMap(doc, id)
  if (cell === undefined) return undefined
  return {
    id,
    kind: readKind(cell),
    source: readSource(cell),
    meta: leavesOf(cell.get('meta')),
    attachments: leavesOf(cell.get('attachments')),
    extra: leafOf(cell.get('extra')),
    result: readResult(cell),
  }
}

export const isTagged = (doc: Y.Doc, id: CellId, tag: string): boolean => {
  const tags = readCell(doc, id)?.meta['tags']
  return Array.isArray(tags) && tags.includes(tag)
}

/** One attachment of a cell as in the file: values by media type, usually base64. */
export const readAttachment = (doc: Y.Doc, id: CellId, name: string): Leaf => {
  const attachments = cellMap(doc, id)?.get('attachments')
  return attachments instanceof Y.Map ? leafOf(attachments.get(name)) : null
}

/** A cell's state without source and outputs; cheap, whatever their size. */
export interface CellHead {
  readonly kind: KindName
  readonly request: RunRequest | null
  readonly run: Run | null
  readonly status: RunStatus | null
  /** The n of In [n]. */
  readonly count: number | null
  readonly meta: Leaves
  readonly mark: Mark | null
  /** The model that answered, as `provider/model`. */
  readonly model: string | null
}

const readMark = (value: unknown): Mark | null => {
  const found = fields(value)
  const why = markReasons.find((reason) => reason === found?.['why'])
  if (found === null || why === undefined) return null
  const result = fields(found['result'])
  return {
    why,
    theirs: text(found['theirs']),
    ...('result' in found ? { result: result === null ? null : readFileResult(result) } : {}),
  }
}

/** The result in a mark: without a run, outputs as in the file. */
const readFileResult = (found: Fields): Result => {
  const leaves = (value: unknown): readonly Leaf[] => (Array.isArray(value) ? (value as Leaf[]) : [])
  return {
    run: null,
    count: number(found['count']),
    status: readStatus(found['status']),
    outputs: leaves(found['outputs']).map((leaf) => ({ live: false, leaf })),
    reply: text(found['reply']),
    thinking: text(found['thinking']),
    calls: leaves(found['calls']),
    ...receiptIn(found['receipt']),
    ...referencesOf(found['references']),
  }
}

export const readHead = (doc: Y.Doc, id: CellId): CellHead | undefined => {
  const cell = cellMap(doc, id)
  if (cell === undefined) return undefined
  const result = resultMap(cell)
  const run = readRun(result?.get('run'))
  return {
    kind: readKind(cell),
    request: readRequest(cell.get('request')),
    run,
    status: result === undefined ? null : readStatus(result.get('status')),
    count: run === null ? number(result?.get('count')) : run.count,
    meta: leavesOf(cell.get('meta')),
    mark: readMark(cell.get('mark')),
    model: readReceipt(result?.get('receipt'))?.model ?? null,
  }
}

/** The text an editor binds to. Created with the cell and never replaced. */
export const cellSource = (doc: Y.Doc, id: CellId): Y.Text | undefined => {
  const cell = cellMap(doc, id)
  return cell && textOf(cell, 'source')
}

/** The reply's text; replaced by each run. */
export const cellReply = (doc: Y.Doc, id: CellId): Y.Text | undefined => {
  const result = resultOf(doc, id)
  return result && textOf(result, 'reply')
}

export const cellThinking = (doc: Y.Doc, id: CellId): Y.Text | undefined => {
  const result = resultOf(doc, id)
  return result && textOf(result, 'thinking')
}

/** The receipt of a model's answer, or null. */
export const cellReceipt = (doc: Y.Doc, id: CellId): Receipt | null =>
  readReceipt(resultOf(doc, id)?.get('receipt'))

/** What the prompt referred to in a kernel when it ran. */
export const cellReferences = (doc: Y.Doc, id: CellId): readonly Reference[] =>
  readReferences(resultOf(doc, id)?.get('references'))

export const readOutputs = (doc: Y.Doc, id: CellId): readonly Output[] =>
  itemsOf(resultOf(doc, id)?.get('outputs')).map(readOutput)

const newFormat: FileFormat = { nbformat: 4, minor: 5 }

const readFormat = (value: unknown): FileFormat => {
  const found = fields(value)
  const [nbformat, minor] = [number(found?.['nbformat']), number(found?.['minor'])]
  return found === null || nbformat === null || minor === null
    ? newFormat
    : { ...leavesOf(found), nbformat, minor }
}

export const docIdOf = (doc: Y.Doc): string | null => text(metaOf(doc).get('docId'))

export const notebookMetaValue = (doc: Y.Doc, key: string): Leaf | undefined => nbmetaOf(doc).get(key)

/** The notebook's metadata. */
export const readNotebookMeta = (doc: Y.Doc): Leaves => leavesOf(nbmetaOf(doc))

/** The whole notebook as a plain value, without deleted cells. */
export const readNotebook = (doc: Y.Doc): Notebook => {
  const meta = metaOf(doc)
  const ids = visibleCells(doc)
  const threads = threadsByCell(doc, ids)
  const commentsOf = (id: CellId | null): Pick<Notebook, 'comments'> => {
    const comments = threads.get(id)
    return comments === undefined ? {} : { comments }
  }
  return {
    format: readFormat(meta.get('format')),
    meta: { ...readNotebookMeta(doc), ...widgetMeta(doc) },
    extra: leavesOf(meta.get('extra')),
    ...commentsOf(null),
    cells: ids
      .map((id) => readCell(doc, id))
      .filter((cell) => cell !== undefined)
      .map((cell) => ({ ...cell, ...commentsOf(cell.id) })),
  }
}

/** The cell that contains a text or another shared type. */
export const cellAround = (doc: Y.Doc, type: Y.AbstractType<unknown>): CellId | null => {
  const cells: unknown = cellsOf(doc)
  for (let item = type._item; item !== null; item = (item.parent as Y.AbstractType<unknown>)._item)
    if (item.parent === cells) return item.parentSub === null ? null : cellId(item.parentSub)
  return null
}
