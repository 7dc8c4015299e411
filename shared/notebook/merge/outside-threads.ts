// Merges the comments of a file saved by another program. Each message is compared with the versions the program may
// have read: only what the program changed is changed here, and newer messages stay.
import type * as Y from 'yjs'
import { addThreads } from '../document/commenting.ts'
import { sameJson } from '../leaf.ts'
import type { CellId } from '../notebook.ts'
import { messageKey, messagesOf, ownThreadId, resolvedOf, threadsOf } from '../document/threads.ts'
import { isFromOutside } from '../document/writer.ts'
import { messageLeaf, resolutionLeaf, type Thread, type ThreadMessage } from '../thread.ts'

export interface OutsideThreads {
  readonly cell: CellId | null
  /** In the saved file. */
  readonly theirs: readonly Thread[]
  /** In the file before. */
  readonly newest: readonly Thread[]
  /** In the versions the edit may be based on, newest first. */
  readonly bases: readonly (readonly Thread[])[]
}

type Find<T> = (threads: readonly Thread[]) => T | undefined

/** Runs inside the caller's transaction. */
export const mergeThreads = (doc: Y.Doc, { cell, theirs, newest, bases }: OutsideThreads): void => {
  if (theirs.length === 0 && newest.length === 0) return
  const had = (find: Find<unknown>): boolean =>
    find(newest) !== undefined || bases.some((base) => find(base) !== undefined)
  const isChanged = <T>(find: Find<T>, isOutside: boolean): boolean => {
    const value = find(theirs)
    if (sameJson(find(newest), value)) return false
    return isOutside || !bases.some((base) => sameJson(find(base), value))
  }
  const named = theirs.map((thread) => ({ ...thread, id: ownThreadId(doc, cell, thread.id) }))
  theirs = named
  const ids = new Set([...theirs, ...newest].map(({ id }) => id))
  for (const id of ids) {
    const thread: Find<Thread> = (threads) => threads.find((other) => other.id === id)
    const found = thread(theirs)
    if (!threadsOf(doc).has(id)) {
      if (found !== undefined && !had(thread)) addThreads(doc, cell, [found])
      continue
    }
    mergeMessages(doc, id, thread, { theirs, newest, had, isChanged })
    const resolved: Find<Thread['resolved']> = (threads) => thread(threads)?.resolved
    if (found !== undefined && isChanged(resolved, isFromOutside(resolvedOf(doc), id)))
      resolvedOf(doc).set(id, found.resolved === null ? null : resolutionLeaf(found.resolved))
  }
}

interface Compared {
  readonly theirs: readonly Thread[]
  readonly newest: readonly Thread[]
  readonly had: (find: Find<unknown>) => boolean
  readonly isChanged: <T>(find: Find<T>, isOutside: boolean) => boolean
}

/** If the thread was removed from the file, the messages that the program had read are deleted. */
const mergeMessages = (
  doc: Y.Doc,
  id: string,
  thread: Find<Thread>,
  { theirs, newest, had, isChanged }: Compared,
): void => {
  const messages = messagesOf(doc)
  const listed = [thread(theirs), thread(newest)].flatMap((found) => found?.messages ?? [])
  for (const name of new Set(listed.map((message) => message.id))) {
    const message: Find<ThreadMessage> = (threads) => thread(threads)?.messages.find((one) => one.id === name)
    const [key, found] = [messageKey(id, name), message(theirs)]
    if (!messages.has(key)) {
      if (found !== undefined && !had(message)) messages.set(key, messageLeaf(found))
    } else if (isChanged(message, isFromOutside(messages, key))) {
      if (found === undefined) messages.delete(key)
      else messages.set(key, messageLeaf(found))
    }
  }
}
