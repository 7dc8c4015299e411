// The files beside the notebooks: what Python there may read by a relative path, and what a person puts there from the
// page. Hidden names are not among them.
import type { Readable } from 'node:stream'
import type { FolderFile, FolderListing } from '../../shared/api/routes.ts'
import type { FilePath } from './path.ts'

export type Written =
  | { readonly ok: true; readonly file: FolderFile }
  | { readonly ok: false; readonly problem: 'exists' | 'other-version' | 'no-file' }

export interface PlainFile {
  readonly file: FolderFile
  /** Its bytes as they are now, which must be read or destroyed. */
  readonly content: Readable
}

/** Files and folders of one listing; those nearest to the notebook come first. */
export const maxListed = 2000
/** Bytes; Python in a browser has not much more memory than that. */
export const maxFileSize = 512 << 20

export interface PlainFiles {
  /** All below a folder, '' for the whole; null where there is no such folder. */
  list(folder: FilePath | ''): Promise<FolderListing | null>
  /** null where there is none. */
  read(path: FilePath): Promise<PlainFile | null>
  /** `over`: the tag of the file this may take the place of, '*' for any, null for none. */
  write(path: FilePath, content: Uint8Array, over: string | null): Promise<Written>
}
