// Our version into the file's place, so that after a crash at any moment the next start knows whose the file is.
import type { Revision, LogStore } from '../log/store.ts'
import { stage } from '../disk/atomic.ts'
import type { Folder } from './folder.ts'
import type { NotebookPath } from './path.ts'

interface Replacement {
  readonly docId: string
  readonly path: NotebookPath
  readonly text: string
  readonly base: Omit<Revision, 'written' | 'outside'>
}

/** Asks `mayReplace` last, when nothing is left to do but to put it there; false where it may not. */
export const replaceFile = async (
  { folder, log }: { readonly folder: Folder; readonly log: LogStore },
  { docId, path, text, base }: Replacement,
  mayReplace: () => Promise<boolean>,
): Promise<boolean> => {
  const staged = await stage(await folder.place(path), text)
  try {
    // Before the rename: after a crash in between, our own file must not look like somebody else's.
    await log.addRevision(docId, { ...base, written: false, outside: false })
    await log.synced()
    if (!(await mayReplace())) return false
    await staged.commit()
  } finally {
    await staged.discard()
  }
  await log.markWritten(docId, base.digest)
  return true
}
