import type * as Y from 'yjs'
import type { CellId } from '../notebook.ts'
import type { Thread } from '../thread.ts'
import { addThreads } from './commenting.ts'
import { visibleCells } from './read.ts'
import { commentOrigin, listThreads } from './threads.ts'

/** Adds the threads of a cell that was cut and is pasted, unless a cell still has them, or has them again. */
export const addMovedThreads = (doc: Y.Doc, cell: CellId, threads: readonly Thread[]): void => {
  if (threads.length === 0) return
  const there = new Set(
    listThreads(doc, visibleCells(doc)).flatMap(({ messages }) => messages.map(({ id }) => id)),
  )
  const missing = threads.filter(({ messages }) => !messages.some(({ id }) => there.has(id)))
  doc.transact(() => addThreads(doc, cell, missing), commentOrigin)
}
