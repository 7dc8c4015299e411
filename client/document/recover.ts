// If the relay has another epoch than this browser (4409), the two histories are never merged as bytes. The browser's
// content goes to the relay, which merges what it lacks, cell by cell, or creates a copy of the notebook.
import * as Y from 'yjs'
import { fromBase64, toBase64 } from 'lib0/buffer'
import { formatNotebook } from './file-format.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'
import { docIdOf, readNotebook } from '../../shared/notebook/document/read.ts'
import { routes } from '../../shared/api/routes.ts'
import { coversVector } from '../../shared/state-vector.ts'
import { ask, failed, type Answer } from './ask.ts'
import { removeDatabase } from './database.ts'
import { databaseName, findSuperseded, forgetSuperseded, isSame, type DocumentHistory } from './histories.ts'
import { persist, type AcknowledgedState } from './persist.ts'
import { addRecovered } from './recovered.ts'
import type { RecoverySteps } from './recovery.ts'

export interface BrowserCopy {
  /** Null if it is only in this page's memory. */
  readonly history: DocumentHistory | null
  readonly docId: string
  readonly notebook: Notebook
  /** The whole document as one update. */
  readonly state: Uint8Array
  readonly relayState: AcknowledgedState
}

/** What people wrote and ran, without ids, to detect whether the relay lacks anything. */
const contentOf = ({ cells }: Notebook): string =>
  JSON.stringify(
    cells.map(({ kind, source, meta, result }) => [kind, source, meta, result?.run?.id, result?.reply]),
  )

const notebookOf = (state: Uint8Array): Notebook => {
  const doc = new Y.Doc()
  try {
    Y.applyUpdate(doc, state)
    return readNotebook(doc)
  } finally {
    doc.destroy()
  }
}

/** Null if it has no content. */
export const browserCopyOf = (
  doc: Y.Doc,
  history: DocumentHistory | null,
  relayState: AcknowledgedState,
): BrowserCopy | null => {
  const [docId, notebook] = [docIdOf(doc), readNotebook(doc)]
  if (docId === null || notebook.cells.length === 0) return null
  return { history, docId, notebook, state: Y.encodeStateAsUpdate(doc), relayState }
}

/**
 * Copies that the relay does not have yet: what the browser stored, including the edits of other tabs, merged with what
 * this page has of the same history (`inPage`), whose last edits may not be stored.
 */
const storedCopies = async (
  path: string,
  inPage: readonly BrowserCopy[],
): Promise<readonly BrowserCopy[]> => {
  const all: BrowserCopy[] = []
  for (const history of findSuperseded(path)) {
    const doc = new Y.Doc()
    const same = inPage.find((copy) => copy.history !== null && isSame(copy.history, history))
    if (same !== undefined) Y.applyUpdate(doc, same.state)
    const stored = await persist(doc, databaseName(history), () => undefined)
    try {
      const relayState = stored.kept ? await stored.acknowledgedState() : same?.relayState
      const copy = relayState === undefined ? null : browserCopyOf(doc, history, relayState)
      if (copy !== null) all.push(copy)
    } finally {
      stored.close()
      doc.destroy()
    }
  }
  return all
}

/** Deletes a copy that the relay has, or that is empty. */
export const forget = (path: string, history: DocumentHistory): void => {
  forgetSuperseded(path, history)
  removeDatabase(databaseName(history))
}

/** With cell ids, so that the relay can match cells. */
const textOf = (notebook: Notebook): Promise<string> =>
  formatNotebook({ ...notebook, format: { ...notebook.format, minor: Math.max(5, notebook.format.minor) } })

export interface Recovered {
  /** Something was merged into the notebook. */
  readonly changed: boolean
  /** The copy created where a merge was ambiguous. */
  readonly copy: string | null
}

const one = async <T>(name: string, work: () => Promise<T>): Promise<T> =>
  typeof navigator.locks === 'undefined' ? work() : navigator.locks.request(name, work)

/** Resolves with true when the document includes this state vector; with false if it is destroyed before. */
const arrived = (doc: Y.Doc, vector: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isThere: boolean): void => {
      doc.off('update', check)
      doc.off('destroy', onDestroy)
      resolve(isThere)
    }
    const check = (): void => {
      if (coversVector(doc, vector)) end(true)
    }
    const onDestroy = (): void => end(false)
    // It may have been destroyed before the relay answered.
    if (doc.isDestroyed) return resolve(false)
    doc.on('update', check)
    doc.on('destroy', onDestroy)
    check()
  })

/**
 * Sends the relay what it lacks. `whole` inlines large outputs. Tabs of one browser have the same content, so they take
 * turns, and the later finds the text merged. Null if this page's document ended before it had the text too: the relay
 * may have lost its log again, and then only this browser has it.
 */
export const recover = async (
  path: string,
  copy: BrowserCopy,
  doc: Y.Doc,
  whole: (notebook: Notebook) => Promise<Notebook>,
): Promise<Answer<Recovered> | null> => {
  const answer = await one(`llm-notebook.recover.${path}`, () => send(path, copy, whole))
  if (!answer.ok) return answer
  const { vector, ...outcome } = answer
  return (await arrived(doc, vector)) ? outcome : null
}

const send = async (
  path: string,
  { docId, notebook, relayState: { acknowledged, digests } }: BrowserCopy,
  whole: (notebook: Notebook) => Promise<Notebook>,
): Promise<Answer<Recovered & { readonly vector: Uint8Array }>> => {
  const known = acknowledged === null ? null : notebookOf(acknowledged)
  const about = {
    docId,
    vector: acknowledged === null ? null : toBase64(Y.encodeStateVectorFromUpdate(acknowledged)),
    digests,
  }
  if (known !== null && contentOf(known) === contentOf(notebook)) {
    const answer = await ask(routes.recover, path, { ...about, acknowledged: null, content: null })
    if (!answer.ok) return answer
    if ('known' in answer.body && answer.body.known)
      return { ok: true, changed: false, copy: null, vector: fromBase64(answer.body.vector) }
  }
  const answer = await ask(routes.recover, path, {
    ...about,
    acknowledged: known === null ? null : await textOf(known),
    content: await textOf(await whole(notebook)),
  })
  if (!answer.ok) return answer
  if ('known' in answer.body) return failed('the relay answered a different request')
  const { changed, copy, vector } = answer.body
  return { ok: true, changed, copy, vector: fromBase64(vector) }
}

export const recoverySteps: RecoverySteps = {
  storedCopies: storedCopies,
  recover,
  recovered: (path, { history }, { changed, copy }) => {
    if (history !== null) forget(path, history)
    if (changed || copy !== null) addRecovered(path, { copy })
  },
}
