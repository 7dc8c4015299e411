// Our version into the file's place, so that after a crash at any moment the next start knows whose the file is.
import type { Log } from '../log/log.ts'
import type { Revision } from '../log/revisions.ts'
import type { Content, FileEntry, NotebookFiles } from './notebook-files.ts'
import type { NotebookPath } from './path.ts'

interface Replacement {
  readonly docId: string
  readonly path: NotebookPath
  readonly text: string
  readonly base: Omit<Revision, 'written' | 'outside'>
  /** The file whose place it takes. */
  readonly over: Content | null
}

/** null where the file is another one by now. */
export const replaceFile = async (
  { files, log }: { readonly files: NotebookFiles; readonly log: Log },
  { docId, path, text, base, over }: Replacement,
): Promise<FileEntry | null> => {
  const written = await files.replace(path, text, over, async () => {
    // Before it is there: after a crash in between, our own file must not look like somebody else's.
    await log.revisions.add(docId, { ...base, written: false, outside: false })
    await log.updates.synced()
  })
  if (written !== null) await log.revisions.markWritten(docId, base.digest)
  return written
}
