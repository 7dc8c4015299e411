// When the relay holds another history than this browser (4409), the two are never merged as bytes. What this browser
// had and the relay had not acknowledged becomes a notebook of its own beside the original: nothing is lost and
// nothing appears twice.
import * as Y from 'yjs'
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { type Notebook } from '../../shared/notebook/notebook.ts'
import { readNotebook } from '../../shared/notebook/read.ts'
import { databaseName, findSuperseded, forgetSuperseded } from './histories.ts'
import { createNotebook, fetchNotebook } from './library.ts'
import { persist } from './persist.ts'

/** What people wrote, without ids and results, to tell whether there is anything to recover. */
const words = (notebook: Notebook): string =>
  JSON.stringify(
    notebook.cells.map(({ kind, source, meta, result }) => [kind, source, meta, result?.reply ?? null]),
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

/** The notebook this browser holds if it has words the relay never acknowledged, else null. */
export const unsentWords = (local: Y.Doc, acknowledged: Uint8Array | null): Notebook | null => {
  const mine = readNotebook(local)
  if (mine.cells.length === 0) return null
  return acknowledged !== null && words(notebookOf(acknowledged)) === words(mine) ? null : mine
}

/** The same of a history the relay replaced while an earlier page was here, which ended before they were saved. */
export const unsentBefore = async (path: string): Promise<Notebook | null> => {
  const history = findSuperseded(path)
  if (history === null) return null
  const doc = new Y.Doc()
  const stored = await persist(doc, databaseName(history), () => undefined)
  if (!stored.kept) return null
  try {
    const unsent = unsentWords(doc, await stored.acknowledged())
    if (unsent === null) forgetSuperseded(path)
    return unsent
  } finally {
    stored.close()
    doc.destroy()
  }
}

const copyPath = (path: string, at: Date, nth: number): string =>
  `${path.replace(/\.ipynb$/, '')} (recovered ${at.toISOString().slice(0, 10)}${nth === 1 ? '' : `, ${nth}`}).ipynb`

/** Saves the words beside `path` unless the relay's document says the same; the copy's path, or null. */
export const saveRecovered = async (path: string, mine: Notebook, theirs: Y.Doc): Promise<string | null> => {
  if (words(readNotebook(theirs)) === words(mine)) return null
  const failed = (reason: string): Error => new Error(`the recovered copy could not be made: ${reason}`)
  for (let nth = 1; ; nth++) {
    const copy = copyPath(path, new Date(), nth)
    const made = await createNotebook(copy, formatNotebook(mine))
    if (made.ok) return made.path
    if (made.status !== 409) throw failed(made.reason)
    // Another tab of this browser had the same words and was first; or these are others.
    const found = await fetchNotebook(copy)
    if (found.ok && words(found.notebook) === words(mine)) return copy
    if (!found.ok && found.offline) throw failed(found.reason)
  }
}
