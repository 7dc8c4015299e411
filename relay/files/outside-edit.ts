// The only entry point for outside edits: by the file, by PUT, by `restore`, or from a browser with another epoch.
// Storing its blobs takes time while people keep typing, so that comes first. Then the edit is compared and applied in
// one synchronous step, under the document's lock.
import type * as Y from 'yjs'
import {
  mergeFile,
  type KnownRevision,
  type OutsideFile,
  type OutsideMerge,
} from '../../shared/ipynb/outside.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'
import type { Blobs } from '../blobs/store.ts'
import type { Lock } from './keyed-lock.ts'

declare const kept: unique symbol

/** An edit whose blobs are on disk. */
export interface KeptEdit {
  readonly notebook: Notebook
  readonly digest: string
  readonly [kept]: true
}

export const keepEdit = async (
  blobs: Blobs,
  read: OutsideFile & { readonly ok: true },
  digest: string,
): Promise<KeptEdit> => {
  await blobs.putAll(read.blobs)
  return { notebook: read.notebook, digest } as KeptEdit
}

/** A room, or a document read from the log while no relay is running. */
export interface EditTarget {
  readonly docId: string
  /** With everything received so far. */
  readonly doc: Y.Doc
}

/** `versions`: the possible bases of the edit, see mergeFile. */
export const applyEdit = (
  lock: Lock,
  target: EditTarget,
  { notebook, digest }: KeptEdit,
  versions: readonly KnownRevision[],
  options: { readonly followed?: boolean; readonly own?: boolean } = {},
): OutsideMerge => {
  if (lock.key !== target.docId) throw new Error('the lock of another document')
  return mergeFile(target.doc, versions, notebook, digest, options)
}
