// The folders that notebooks and other files are in.
import type { Moved } from './notebook-files.ts'
import type { FilePath } from './path.ts'

/** Rejects as NotebookFiles. */
export interface Folders {
  /** All that are not hidden, also those with nothing in them. */
  list(): Promise<readonly string[]>
  make(path: FilePath): Promise<'made' | 'exists'>
  /** With everything in it. */
  move(from: FilePath, to: FilePath): Promise<Moved>
  /** Only one with nothing in it. */
  remove(path: FilePath): Promise<'removed' | 'missing' | 'not-empty'>
}
