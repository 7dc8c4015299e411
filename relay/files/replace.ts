// Replaces the file by our revision, so that after a crash at any moment the next start knows whose file it is.
import type { Log } from '../log/log.ts'
import type { Revision } from '../log/revisions.ts'
import type { Content, FileEntry, NotebookFiles } from './notebook-files.ts'
import type { NotebookPath } from './path.ts'

interface Replacement {
  readonly docId: string
  readonly path: NotebookPath
  readonly text: string
  readonly base: Omit<Revision, 'written' | 'outside'>
  /** The file it replaces. */
  readonly over: Content | null
}

/** Null if another file is there by now. */
export const replaceFile = async (
  { files, log }: { readonly files: NotebookFiles; readonly log: Log },
  { docId, path, text, base, over }: Replacement,
): Promise<FileEntry | null> => {
  const written = await files.replace(path, text, over, async () => {
    // Recorded first: after a crash in between, our own file must not look like somebody else's.
    await log.revisions.add(docId, { ...base, written: false, outside: false })
    await log.updates.synced()
  })
  if (written !== null) await log.revisions.markWritten(docId, base.digest)
  return written
}
