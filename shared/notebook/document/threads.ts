// Comments in the document: flat maps whose values are only replaced as a whole. So concurrent writes merge, and an update
// can be checked without applying it (see comment-guard.ts). They lie outside the cells and are not undoable.
//
//   threads   Y.Map<id, Leaf {cell: CellId | null, in?, quote?, from?, to?, edits?}>   from, to: Yjs relative positions
//   resolved  Y.Map<thread id, null | Leaf {by, user?, at}>
//   messages  Y.Map<thread id/message id, Leaf {by, user?, at, text, edited?, request?: {to: 'model', stop?}}>
//             or, of a model: Y.Map {by, at, answers, run, status, error?, text: Y.Text, calls?}
//
// A thread without messages is not shown. Threads of a deleted cell stay, and are shown again when it is restored.
import * as Y from 'yjs'
import { textDigest } from '../digest.ts'
import type { Value } from './layout.ts'
import { cellId, type CellId, type Leaf } from '../notebook.ts'
import type { Origin } from './origin.ts'
import { readAnchor, type Anchor } from './passage.ts'
import { ThreadPlaces, type ThreadPlace } from './thread-place.ts'
import type { By } from '../person.ts'
import { readReceipt, type Receipt } from '../receipt.ts'
import {
  byFirstMessage,
  byTime,
  isThreadId,
  readBy,
  readMessage,
  readResolution,
  type Thread,
  type ThreadMessage,
} from '../thread.ts'
import { isRecord } from '../../record.ts'

export const commentOrigin: Origin = 'comment'

export const threadsOf = (doc: Y.Doc): Y.Map<Leaf> => doc.getMap('threads')
export const resolvedOf = (doc: Y.Doc): Y.Map<Leaf> => doc.getMap('resolved')
export const messagesOf = (doc: Y.Doc): Y.Map<Value> => doc.getMap('messages')

export type MessageKey = `${string}/${string}`
export const messageKey = (thread: string, message: string): MessageKey => `${thread}/${message}`

export interface ThreadEntry {
  /** Null for a thread on the notebook. */
  readonly cell: CellId | null
  readonly anchor: Anchor | null
  /** A request to edit the cell, not a comment; see edit-request.ts. */
  readonly edits: boolean
}

/** Null if the value is no thread. */
export const readEntry = (value: unknown): ThreadEntry | null => {
  if (!isRecord(value)) return null
  const { cell } = value
  if (cell !== null && typeof cell !== 'string') return null
  return {
    cell: cell === null ? null : cellId(cell),
    anchor: cell === null ? null : readAnchor(value),
    edits: value['edits'] === true,
  }
}

/** The model was asked to answer this message. */
export interface AnswerRequest {
  readonly stop: boolean
}

export interface AnswerRun extends By {
  readonly executor: string
}

/** A message with what is not in the file. */
export interface LiveMessage extends ThreadMessage {
  /** Null if no model was asked. */
  readonly asked: AnswerRequest | null
  /** Of an answer made here. */
  readonly run: AnswerRun | null
  readonly receipt: Receipt | null
}

export interface LiveThread extends Thread {
  readonly cell: CellId | null
  readonly edits: boolean
  readonly messages: readonly LiveMessage[]
}

const readAsked = (value: unknown): AnswerRequest | null =>
  isRecord(value) && value['to'] === 'model' ? { stop: value['stop'] === true } : null

const readAnswerRun = (value: unknown): AnswerRun | null => {
  if (!isRecord(value) || typeof value['executor'] !== 'string') return null
  const by = readBy(value)
  return by === null ? null : { ...by, executor: value['executor'] }
}

export const readLiveMessage = (id: string, value: unknown): LiveMessage | null => {
  if (value instanceof Y.Map) {
    const { text, ...fields } = Object.fromEntries((value as Y.Map<Value>).entries())
    if (!(text instanceof Y.Text)) return null
    const message = readMessage(id, { ...fields, text: text.toString() })
    return message === null
      ? null
      : {
          ...message,
          asked: null,
          run: readAnswerRun(fields['run']),
          receipt: readReceipt(fields['receipt']),
        }
  }
  const message = readMessage(id, value)
  return message === null
    ? null
    : { ...message, asked: isRecord(value) ? readAsked(value['request']) : null, run: null, receipt: null }
}

const messagesByThread = (doc: Y.Doc): ReadonlyMap<string, readonly LiveMessage[]> => {
  const found = new Map<string, LiveMessage[]>()
  for (const [key, value] of messagesOf(doc)) {
    const [thread = '', id, ...more] = key.split('/')
    if (!isThreadId(thread) || !isThreadId(id) || more.length > 0) continue
    const message = readLiveMessage(id, value)
    if (message === null) continue
    const messages = found.get(thread)
    if (messages === undefined) found.set(thread, [message])
    else messages.push(message)
  }
  for (const messages of found.values()) messages.sort(byTime)
  return found
}

/** Where the subject of a thread is now; null if there is no such thread. */
export const threadPlace = (doc: Y.Doc, id: string, places = new ThreadPlaces(doc)): ThreadPlace | null => {
  const entry = readEntry(threadsOf(doc).get(id))
  if (entry === null) return null
  return entry.cell === null ? { cell: null, passage: null } : places.of(entry.cell, entry.anchor)
}

const liveThread = (
  doc: Y.Doc,
  id: string,
  messages: readonly LiveMessage[],
  places?: ThreadPlaces,
): LiveThread | null => {
  const entry = readEntry(threadsOf(doc).get(id))
  const place = threadPlace(doc, id, places)
  if (entry === null || place === null) return null
  return {
    id,
    ...place,
    edits: entry.edits,
    resolved: readResolution(resolvedOf(doc).get(id)),
    messages,
  }
}

export const readThread = (doc: Y.Doc, id: string): LiveThread | null => {
  const messages = messagesByThread(doc).get(id)
  return messages === undefined ? null : liveThread(doc, id, messages)
}

const start = ({ passage }: Thread): number => passage?.place?.from ?? -1

/** The comments in document order, starting with those on the notebook. `cells` are the visible cells. */
export const listThreads = (doc: Y.Doc, cells: readonly CellId[]): readonly LiveThread[] => {
  if (threadsOf(doc).size === 0) return []
  const rank = new Map<CellId | null, number>([[null, -1], ...cells.map((id, at) => [id, at] as const)])
  const threads: LiveThread[] = []
  const places = new ThreadPlaces(doc)
  for (const [id, messages] of messagesByThread(doc)) {
    const thread = liveThread(doc, id, messages, places)
    if (thread !== null && !thread.edits && rank.has(thread.cell)) threads.push(thread)
  }
  const rankOf = ({ cell }: LiveThread): number => rank.get(cell) ?? 0
  return threads.sort((a, b) => rankOf(a) - rankOf(b) || start(a) - start(b) || byFirstMessage(a, b))
}

/** By cell, as in the file; null for the notebook. */
export const threadsByCell = (
  doc: Y.Doc,
  cells: readonly CellId[],
): ReadonlyMap<CellId | null, readonly Thread[]> => {
  const found = new Map<CellId | null, Thread[]>()
  for (const { cell, edits: _edits, ...thread } of listThreads(doc, cells)) {
    const messages = thread.messages.map(
      ({ asked: _asked, run: _run, receipt: _receipt, ...message }) => message,
    )
    found.set(cell, [...(found.get(cell) ?? []), { ...thread, messages }])
  }
  for (const threads of found.values()) threads.sort(byFirstMessage)
  return found
}

/**
 * The id in the document of a thread that a file has in the cell: another one if there is such a thread elsewhere, as
 * when a cell was copied with its metadata.
 */
export const ownThreadId = (doc: Y.Doc, cell: CellId | null, id: string): string => {
  const entry = readEntry(threadsOf(doc).get(id))
  const isOwn = entry === null || entry.cell === cell || threadPlace(doc, id)?.cell === cell
  return isOwn ? id : textDigest(JSON.stringify([cell, id])).slice(0, 16)
}

/** Calls `listener` once per transaction that changes a thread or message. */
export const onThreads = (doc: Y.Doc, listener: (transaction: Y.Transaction) => void): (() => void) => {
  const maps = [threadsOf(doc), resolvedOf(doc), messagesOf(doc)]
  let notified: Y.Transaction | null = null
  const look = (_events: unknown, transaction: Y.Transaction): void => {
    if (notified === transaction) return
    notified = transaction
    listener(transaction)
  }
  for (const map of maps) map.observeDeep(look)
  return () => {
    for (const map of maps) map.unobserveDeep(look)
  }
}
