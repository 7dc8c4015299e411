// Comments as plain values: threads on a passage, a cell or the notebook, each with its messages. Parses them from the
// document and from files, and limits their size.
import { equalityDeep } from 'lib0/function'
import { runStatuses, type Leaf, type RunStatus } from './notebook.ts'
import { byOf, type By } from './person.ts'
import { isRecord } from '../record.ts'

/** The selected part of a cell's source or reply. */
export interface Passage {
  readonly in: 'source' | 'reply'
  /** What was selected, or the beginning of it. */
  readonly quote: string
  /** UTF-16 offsets; null when it is no longer found. */
  readonly place: { readonly from: number; readonly to: number } | null
}

export interface ThreadMessage extends By {
  readonly id: string
  /** Milliseconds since 1970 by the writer's clock. */
  readonly at: number
  readonly text: string
  readonly edited?: number
  /** Present if a model wrote it: the id of the message it answers. */
  readonly answers?: string
  /** Of an answer. */
  readonly status?: RunStatus
  /** Why an answer failed. */
  readonly error?: string
}

export interface Resolution extends By {
  readonly at: number
}

export interface Thread {
  readonly id: string
  /** Null if it is about the whole cell or notebook. */
  readonly passage: Passage | null
  readonly resolved: Resolution | null
  /** In order; at least one. */
  readonly messages: readonly ThreadMessage[]
}

/** UTF-16 units. */
export const maxMessage = 100_000
export const maxQuote = 500
const maxName = 200

export const isThreadId = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-zA-Z0-9-]{1,64}$/.test(value)

/** Replaces unpaired surrogates, which neither Yjs nor a file can store. */
export const wholeText = (text: string, limit: number): string =>
  text.slice(0, limit).replace(/\p{Surrogate}/gu, '\uFFFD')

const isTime = (value: unknown): value is number => Number.isSafeInteger(value)

export const readBy = ({ by, user }: Readonly<Record<string, unknown>>): By | null =>
  typeof by !== 'string'
    ? null
    : {
        by: wholeText(by, maxName),
        ...(typeof user === 'string' ? { user: wholeText(user, maxName) } : {}),
      }

/** Null if invalid. */
export const readMessage = (id: string, value: unknown): ThreadMessage | null => {
  if (!isRecord(value)) return null
  const by = readBy(value)
  const { at, text, edited, answers, status, error } = value
  if (by === null || !isTime(at) || typeof text !== 'string') return null
  return {
    id,
    ...by,
    at,
    text: wholeText(text, maxMessage),
    ...(isTime(edited) ? { edited } : {}),
    ...(isThreadId(answers)
      ? {
          answers,
          status: runStatuses.find((known) => known === status) ?? 'done',
          ...(typeof error === 'string' ? { error: wholeText(error, maxMessage) } : {}),
        }
      : {}),
  }
}

export const readResolution = (value: unknown): Resolution | null => {
  if (!isRecord(value)) return null
  const by = readBy(value)
  return by !== null && isTime(value['at']) ? { ...by, at: value['at'] } : null
}

/** Ties are broken by id, so that all replicas agree. */
export const byTime = (a: ThreadMessage, b: ThreadMessage): number =>
  a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

export const byFirstMessage = (a: Thread, b: Thread): number => {
  const [first, second] = [a.messages[0], b.messages[0]]
  const order = first === undefined || second === undefined ? 0 : first.at - second.at
  return order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** A message as stored in the document. */
export const messageLeaf = (message: Omit<ThreadMessage, 'id'>): { readonly [key: string]: Leaf } => {
  const { answers, at, edited, error, status, text } = message
  const { by, user } = byOf(message)
  return {
    ...(answers === undefined ? {} : { answers }),
    at,
    by,
    ...(edited === undefined ? {} : { edited }),
    ...(error === undefined ? {} : { error }),
    ...(status === undefined || status === 'done'
      ? {}
      : { status: status === 'running' ? 'interrupted' : status }),
    text,
    ...(user === undefined ? {} : { user }),
  }
}

export const resolutionLeaf = (resolved: Resolution): Leaf => ({ at: resolved.at, ...byOf(resolved) })

const sorted = (leaf: { readonly [key: string]: Leaf }): Leaf =>
  Object.fromEntries(Object.entries(leaf).sort(([a], [b]) => (a < b ? -1 : 1)))

/** A thread as stored in a file. Keys are sorted, as Jupyter does when it saves. */
const threadLeaf = ({ id, passage, resolved, messages }: Thread): Leaf =>
  sorted({
    id,
    messages: messages.map((message) => sorted({ id: message.id, ...messageLeaf(message) })),
    ...(resolved === null ? {} : { resolved: sorted(resolutionLeaf(resolved) as { [key: string]: Leaf }) }),
    ...(passage === null ? {} : { in: passage.in, quote: passage.quote, ...passage.place }),
  })

const readPassage = (leaf: Readonly<Record<string, unknown>>): Passage | null => {
  const { from, to, quote } = leaf
  if ((leaf['in'] !== 'source' && leaf['in'] !== 'reply') || typeof quote !== 'string') return null
  const place = isTime(from) && isTime(to) && from >= 0 && to >= from ? { from, to } : null
  return { in: leaf['in'], quote: wholeText(quote, maxQuote), place }
}

/** Null unless it is exactly what `threadLeaf` returns: anything else stays in the file unchanged. */
const readThread = (leaf: Leaf): Thread | null => {
  if (!isRecord(leaf) || !isThreadId(leaf['id']) || !Array.isArray(leaf['messages'])) return null
  const messages = (leaf['messages'] as readonly unknown[]).map((message) =>
    isRecord(message) && isThreadId(message['id']) ? readMessage(message['id'], message) : null,
  )
  const known = messages.filter((message) => message !== null).sort(byTime)
  if (known.length === 0 || new Set(known.map(({ id }) => id)).size < messages.length) return null
  const thread = {
    id: leaf['id'],
    passage: readPassage(leaf),
    resolved: readResolution(leaf['resolved']),
    messages: known,
  }
  return equalityDeep(threadLeaf(thread), leaf) ? thread : null
}

/** Reads the comments of a cell or notebook in a file. `rest` are the items that are not comments. */
export const readThreads = (
  leaf: Leaf,
): { readonly threads: readonly Thread[]; readonly rest: readonly Leaf[] } => {
  const [threads, rest]: [Thread[], Leaf[]] = [[], []]
  const taken = new Set<string>()
  for (const item of Array.isArray(leaf) ? (leaf as readonly Leaf[]) : []) {
    const thread = readThread(item)
    if (thread === null || taken.has(thread.id)) rest.push(item)
    else {
      taken.add(thread.id)
      threads.push(thread)
    }
  }
  return { threads: threads.sort(byFirstMessage), rest }
}

/** `rest`: other content under the same key in the file. */
export const threadsLeaf = (threads: readonly Thread[], rest: Leaf | undefined): Leaf => [
  ...threads.map(threadLeaf),
  ...(rest === undefined ? [] : Array.isArray(rest) ? (rest as readonly Leaf[]) : [rest]),
]
