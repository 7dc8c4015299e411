// "Change this": a person asks a model to edit a cell or a part of it. The request and its answer are a thread that is not
// shown as a comment, so that it is answered, stopped and accounted for like a question to the model. It stays until its
// changes are decided on.
import type * as Y from 'yjs'
import type { CellId } from '../notebook.ts'
import type { Passage } from '../thread.ts'
import { startThread, type Writing } from './commenting.ts'
import { commentOrigin, messagesOf, readEntry, readThread, threadsOf, type LiveThread } from './threads.ts'

/** Returns the id of the request, which is also the group of the changes; null if the cell is gone. */
export const askForEdit = (
  doc: Y.Doc,
  cell: CellId,
  passage: Passage | null,
  writing: Omit<Writing, 'asksModel'>,
): string | null => startThread(doc, cell, passage, { ...writing, asksModel: true }, true)

export const editRequestCells = (doc: Y.Doc): readonly CellId[] =>
  [...threadsOf(doc).values()].flatMap((value) => {
    const entry = readEntry(value)
    return entry?.edits === true && entry.cell !== null ? [entry.cell] : []
  })

/** Oldest first. */
export const listEditRequests = (doc: Y.Doc): readonly LiveThread[] =>
  [...threadsOf(doc)]
    .flatMap(([id, value]) => (readEntry(value)?.edits === true ? (readThread(doc, id) ?? []) : []))
    .sort((a, b) => (a.messages[0]?.at ?? 0) - (b.messages[0]?.at ?? 0))

/** Removes the request and its answer; a running one ends. */
export const forgetEditRequest = (doc: Y.Doc, id: string): void => {
  if (readEntry(threadsOf(doc).get(id))?.edits !== true) return
  doc.transact(() => {
    for (const key of messagesOf(doc).keys()) if (key.startsWith(`${id}/`)) messagesOf(doc).delete(key)
    threadsOf(doc).delete(id)
  }, commentOrigin)
}
