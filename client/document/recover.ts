// When the relay holds another history than this browser (4409), the two are never merged as bytes. What this browser
// had goes to the relay as content: it carries over what it lacks, cell by cell, or makes a notebook beside of it.
import * as Y from 'yjs'
import { fromBase64, toBase64 } from 'lib0/buffer'
import { formatNotebook } from '../../shared/ipynb/format.ts'
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

/** What this browser holds of a history that is over. */
export interface BrowserCopy {
  /** null where it is in this page's memory only. */
  readonly history: DocumentHistory | null
  readonly docId: string
  readonly notebook: Notebook
  /** The whole document as one update. */
  readonly state: Uint8Array
  readonly told: AcknowledgedState
}

/** What people wrote and ran, without ids, to tell whether there is anything the relay never had. */
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

/** null where there is nothing in it. */
export const heldIn = (
  doc: Y.Doc,
  history: DocumentHistory | null,
  told: AcknowledgedState,
): BrowserCopy | null => {
  const [docId, notebook] = [docIdOf(doc), readNotebook(doc)]
  if (docId === null || notebook.cells.length === 0) return null
  return { history, docId, notebook, state: Y.encodeStateAsUpdate(doc), told }
}

/**
 * What was not brought to the relay yet: as the browser stored it, other tabs' words among it, and as this page held it
 * (`inPage`), the last of which may not have been stored when its history ended.
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
      const told = stored.kept ? await stored.told() : same?.told
      const held = told === undefined ? null : heldIn(doc, history, told)
      if (held !== null) all.push(held)
    } finally {
      stored.close()
      doc.destroy()
    }
  }
  return all
}

/** The relay has all of it, or there is nothing in it. */
export const forget = (path: string, history: DocumentHistory): void => {
  forgetSuperseded(path, history)
  removeDatabase(databaseName(history))
}

/** With ids for its cells, by which the relay knows them again. */
const textOf = (notebook: Notebook): string =>
  formatNotebook({ ...notebook, format: { ...notebook.format, minor: Math.max(5, notebook.format.minor) } })

export interface Recovered {
  /** Something was carried over into the notebook. */
  readonly changed: boolean
  /** The notebook beside, where nobody could tell what belongs in this one. */
  readonly copy: string | null
}

const one = async <T>(name: string, work: () => Promise<T>): Promise<T> =>
  typeof navigator.locks === 'undefined' ? work() : navigator.locks.request(name, work)

/** Resolves when the document has what this state vector counts; with false where it ends before. */
const arrived = (doc: Y.Doc, vector: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isThere: boolean): void => {
      doc.off('update', look)
      doc.off('destroy', onDestroy)
      resolve(isThere)
    }
    const look = (): void => {
      if (coversVector(doc, vector)) end(true)
    }
    const onDestroy = (): void => end(false)
    doc.on('update', look)
    doc.on('destroy', onDestroy)
    look()
  })

/**
 * Gives the relay what it lacks of it. `whole` puts in the values of big outputs. Tabs of one browser hold the same:
 * they do it one after the other, so that the later find the words there. null where this page's document ended before
 * it had them too: the relay may have lost its log again, and then only this browser holds them.
 */
export const recover = async (
  path: string,
  held: BrowserCopy,
  doc: Y.Doc,
  whole: (notebook: Notebook) => Promise<Notebook>,
): Promise<Answer<Recovered> | null> => {
  const answer = await one(`llm-notebook.recover.${path}`, () => give(path, held, whole))
  if (!answer.ok) return answer
  const { vector, ...outcome } = answer
  return (await arrived(doc, vector)) ? outcome : null
}

const give = async (
  path: string,
  { docId, notebook, told: { acknowledged, digests } }: BrowserCopy,
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
    acknowledged: known === null ? null : textOf(known),
    content: textOf(await whole(notebook)),
  })
  if (!answer.ok) return answer
  if ('known' in answer.body) return failed('the relay answered another question')
  const { changed, copy, vector } = answer.body
  return { ok: true, changed, copy, vector: fromBase64(vector) }
}

export const recoverySteps: RecoverySteps = {
  kept: storedCopies,
  recover,
  recovered: (path, { history }, { changed, copy }) => {
    if (history !== null) forget(path, history)
    if (changed || copy !== null) addRecovered(path, { copy })
  },
}
