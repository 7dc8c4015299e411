// The files next to the notebooks: what Python may read by a relative path, and what a person saves there from the
// page. Hidden names are excluded.
import type { Readable } from 'node:stream'
import type { FolderFile, FolderListing } from '../../shared/api/routes.ts'
import type { FilePath } from './path.ts'

export type Written =
  | { readonly ok: true; readonly file: FolderFile }
  | { readonly ok: false; readonly problem: 'exists' | 'other-version' | 'no-file' }

export interface PlainFile {
  readonly file: FolderFile
  /** Its present bytes, which must be read or destroyed. */
  readonly content: Readable
}

/** Maximum files and folders in a listing; those nearest to the notebook come first. */
export const maxListed = 2000
/** Bytes; about the memory of Python in a browser. */
export const maxFileSize = 512 << 20

export interface PlainFiles {
  /** Everything below a folder, '' for the whole; null if there is no such folder. */
  list(folder: FilePath | ''): Promise<FolderListing | null>
  /** Null if there is none. */
  read(path: FilePath): Promise<PlainFile | null>
  /** `over`: the tag of the file this may replace, '*' for any, null for none. */
  write(path: FilePath, content: Uint8Array, over: string | null): Promise<Written>
}
