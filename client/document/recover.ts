// When the relay holds another history than this browser (4409), the two are never merged as bytes. What this browser
// had and the relay had not acknowledged becomes a notebook of its own beside the original: nothing is lost and
// nothing appears twice.
import * as Y from 'yjs'
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { type Notebook } from '../../shared/notebook/notebook.ts'
import { readNotebook } from '../../shared/notebook/read.ts'
import { createNotebook } from './library.ts'

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

const copyPath = (path: string, at: Date): string => {
  const stamp = at.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')
  return `${path.replace(/\.ipynb$/, '')} (recovered ${stamp}).ipynb`
}

/** Saves the words beside `path` unless the relay's document says the same; the copy's path, or null. */
export const saveRecovered = async (path: string, mine: Notebook, theirs: Y.Doc): Promise<string | null> => {
  if (words(readNotebook(theirs)) === words(mine)) return null
  const created = await createNotebook(copyPath(path, new Date()), formatNotebook(mine))
  if (!created.ok) throw new Error(`the recovered copy could not be made: ${created.reason}`)
  return created.path
}
