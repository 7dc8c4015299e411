// The base of an edit that git made. Unless it is told to discard changes, git replaces a file only if it has the content
// that it replaces. Then what the new content lacks is on another branch or in the stash, and comes back from there.
import * as Y from 'yjs'
import { readOutside, type KnownRevision } from '../../shared/ipynb/outside.ts'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import { digestOf } from '../disk/digest.ts'
import type { Git } from './git.ts'

/** The notebook of a revision, and its file; null if that cannot be written again as it was. */
const fileOf = async (
  { state, digest }: KnownRevision,
  blobs: Blobs,
): Promise<{ readonly notebook: Notebook; readonly content: Uint8Array | null }> => {
  const doc = new Y.Doc({ gc: false })
  try {
    Y.applyUpdate(doc, state)
    const notebook = readNotebook(doc)
    const { text } = await fileText(notebook, blobs)
    return { notebook, content: digestOf(text) === digest ? Buffer.from(text) : null }
  } finally {
    doc.destroy()
  }
}

const textsOf = ({ cells }: Notebook): string =>
  JSON.stringify(cells.map(({ kind, source }) => [kind, source]))

/** The previous revision of the file, if git has it; otherwise the base is unknown. */
export const gitBase = async (
  git: Git,
  path: string,
  previous: KnownRevision | undefined,
  blobs: Blobs,
): Promise<KnownRevision | null> => {
  if (previous === undefined) return null
  const { notebook, content } = await fileOf(previous, blobs)
  if (content !== null && (await git.has(path, content))) return previous
  // A filter of git, such as nbstripout, removes outputs from what is committed.
  const texts = textsOf(notebook)
  for (const committed of await git.recent(path)) {
    const read = readOutside(committed)
    if (read.ok && textsOf(read.notebook) === texts) return previous
  }
  return null
}
