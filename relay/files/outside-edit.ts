// The one way in for what another program wrote, whether it comes by the file, by PUT, by `restore`, or from a browser
// that held another history. Storing its blobs takes time, and people go on typing; so that is done first. Then the edit
// is compared with the document and applied to it in one step that cannot wait, by whoever holds the document's lock.
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

/** An edit whose blobs are on the disk. */
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

/** A room, or a document read from the log where no relay is running. */
export interface EditTarget {
  readonly docId: string
  /** With everything received so far in it. */
  readonly doc: Y.Doc
}

/** `versions`: those the edit may have been made from, see mergeFile. */
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
