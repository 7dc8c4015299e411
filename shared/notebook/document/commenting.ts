// What people do with comments. Each action is one transaction. Each message is a separate value, so concurrent actions
// never overwrite each other.
import type * as Y from 'yjs'
import { newRequestId } from '../ids.ts'
import type { CellId, Leaf } from '../notebook.ts'
import { done, refused, type Outcome } from './operations.ts'
import { anchorLeaf } from './passage.ts'
import { byPerson, isBy, type By, type Person } from '../person.ts'
import { cellMap } from './layout.ts'
import {
  commentOrigin,
  messageKey,
  messagesOf,
  ownThreadId,
  readLiveMessage,
  readThread,
  resolvedOf,
  threadsOf,
  type LiveMessage,
} from './threads.ts'
import { textIn } from './thread-place.ts'
import { maxMessage, messageLeaf, resolutionLeaf, wholeText, type Passage, type Thread } from '../thread.ts'

/** A new message. */
export interface Writing {
  readonly who: Person
  readonly at: number
  readonly text: string
  /** A model is asked to answer in the thread. */
  readonly asksModel: boolean
}

const put = (doc: Y.Doc, thread: string, id: string, { who, at, text, asksModel }: Writing): void => {
  messagesOf(doc).set(messageKey(thread, id), {
    ...messageLeaf({ ...byPerson(who), at, text: wholeText(text, maxMessage) }),
    ...(asksModel ? { request: { to: 'model' } } : {}),
  })
}

const isVisible = (doc: Y.Doc, cell: CellId): boolean => {
  const map = cellMap(doc, cell)
  return map !== undefined && !map.get('deleted')
}

/** Returns the id of the new thread, or null if the cell is gone. `cell` is null for a thread on the notebook. */
export const startThread = (
  doc: Y.Doc,
  cell: CellId | null,
  passage: Passage | null,
  writing: Writing,
  edits = false,
): string | null => {
  if ((cell !== null && !isVisible(doc, cell)) || writing.text.trim() === '') return null
  const id = newRequestId()
  doc.transact(() => {
    const entry = entryLeaf(doc, cell, passage)
    threadsOf(doc).set(id, edits ? { ...entry, edits } : entry)
    put(doc, id, newRequestId(), writing)
  }, commentOrigin)
  return id
}

const entryLeaf = (
  doc: Y.Doc,
  cell: CellId | null,
  passage: Passage | null,
): { readonly [key: string]: Leaf } => {
  if (cell === null || passage === null) return { cell }
  return { cell, ...anchorLeaf(textIn(doc, cell, passage.in), passage) }
}

/** Later than the last message of the thread, even if the writer's clock is slow. */
export const after = (doc: Y.Doc, thread: string, at: number): number =>
  Math.max(at, 1 + (readThread(doc, thread)?.messages.at(-1)?.at ?? 0))

/** Returns the id of the new message. A reply reopens a resolved thread. */
export const replyTo = (doc: Y.Doc, thread: string, writing: Writing): string | null => {
  if (!threadsOf(doc).has(thread) || writing.text.trim() === '') return null
  const id = newRequestId()
  doc.transact(() => {
    put(doc, thread, id, { ...writing, at: after(doc, thread, writing.at) })
    if (resolvedOf(doc).get(thread) != null) resolvedOf(doc).set(thread, null)
  }, commentOrigin)
  return id
}

const ownMessage = (doc: Y.Doc, thread: string, id: string, who: Person): LiveMessage | null => {
  const message = readLiveMessage(id, messagesOf(doc).get(messageKey(thread, id)))
  return message !== null && message.answers === undefined && isBy(who, message) ? message : null
}

/** Only one's own. Editing a question does not ask the model again. */
export const editMessage = (
  doc: Y.Doc,
  thread: string,
  id: string,
  { who, text, at }: Omit<Writing, 'asksModel'>,
): Outcome => {
  const message = ownMessage(doc, thread, id, who)
  if (message === null || text.trim() === '') return refused('this message is not yours')
  const { asked } = message
  const leaf = messageLeaf({ ...message, text: wholeText(text, maxMessage), edited: at })
  doc.transact(
    () =>
      messagesOf(doc).set(messageKey(thread, id), {
        ...leaf,
        ...(asked === null ? {} : { request: { to: 'model', ...(asked.stop ? { stop: true } : {}) } }),
      }),
    commentOrigin,
  )
  return done
}

/** One's own messages, and answers to one's own questions. */
export const isDeletable = (who: Person, { run, ...message }: LiveMessage): boolean =>
  message.answers === undefined ? isBy(who, message) : run !== null && isBy(who, run)

export const deleteMessage = (doc: Y.Doc, thread: string, id: string, who: Person): Outcome => {
  const message = readLiveMessage(id, messagesOf(doc).get(messageKey(thread, id)))
  if (message === null || !isDeletable(who, message)) return refused('this message is not yours')
  doc.transact(() => {
    messagesOf(doc).delete(messageKey(thread, id))
    if (message.answers !== undefined) withdraw(doc, thread, message.answers, who)
  }, commentOrigin)
  return done
}

/** After its answer is deleted, a question is not answered again. */
const withdraw = (doc: Y.Doc, thread: string, id: string, who: Person): void => {
  const message = ownMessage(doc, thread, id, who)
  if (message?.asked) messagesOf(doc).set(messageKey(thread, id), messageLeaf(message))
}

/** Stops the answer to one's own question, also before it has started. */
export const stopAnswer = (doc: Y.Doc, thread: string, question: string, who: Person): Outcome => {
  const message = ownMessage(doc, thread, question, who)
  if (!message?.asked) return refused('this question is not yours')
  const leaf = messageLeaf(message)
  doc.transact(
    () =>
      messagesOf(doc).set(messageKey(thread, question), { ...leaf, request: { to: 'model', stop: true } }),
    commentOrigin,
  )
  return done
}

export const setResolved = (
  doc: Y.Doc,
  thread: string,
  resolved: (By & { readonly at: number }) | null,
): void =>
  doc.transact(
    () => void resolvedOf(doc).set(thread, resolved === null ? null : resolutionLeaf(resolved)),
    commentOrigin,
  )

/** Adds the threads of a file. Runs inside the caller's transaction. */
export const addThreads = (doc: Y.Doc, cell: CellId | null, threads: readonly Thread[]): void => {
  for (const { id: named, passage, resolved, messages } of threads) {
    const id = ownThreadId(doc, cell, named)
    if (threadsOf(doc).has(id)) continue
    threadsOf(doc).set(id, entryLeaf(doc, cell, passage))
    if (resolved !== null) resolvedOf(doc).set(id, resolutionLeaf(resolved))
    for (const message of messages) messagesOf(doc).set(messageKey(id, message.id), messageLeaf(message))
  }
}
