// The base of an edit that git made. Unless it is told to discard changes, git replaces a file only if it has the content
// that it replaces. Then what the new content lacks is on another branch or in the stash, and comes back from there.
import * as Y from 'yjs'
import type { KnownRevision } from '../../shared/ipynb/outside.ts'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import { digestOf } from '../disk/digest.ts'
import type { Git } from './git.ts'

/** The file of a revision; null if it cannot be written again as it was. */
const contentOf = async ({ state, digest }: KnownRevision, blobs: Blobs): Promise<Uint8Array | null> => {
  const doc = new Y.Doc({ gc: false })
  try {
    Y.applyUpdate(doc, state)
    const { text } = await fileText(readNotebook(doc), blobs)
    return digestOf(text) === digest ? Buffer.from(text) : null
  } finally {
    doc.destroy()
  }
}

/** The previous revision of the file, if git has it; otherwise the base is unknown. */
export const gitBase = async (
  git: Git,
  path: string,
  previous: KnownRevision | undefined,
  blobs: Blobs,
): Promise<KnownRevision | null> => {
  const content = previous === undefined ? null : await contentOf(previous, blobs)
  return content !== null && (await git.has(path, content)) ? (previous ?? null) : null
}
