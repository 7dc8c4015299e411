// All documents with their present and earlier paths and their epoch.
import type { Revision } from './revisions.ts'
import type { LoggedUpdate } from './update-log.ts'

export interface DocumentRecord {
  readonly docId: string
  readonly epoch: string
  /** Its present path, or the last one before it was deleted. */
  readonly path: string
  /** The file's name in the bin folder, or null while the notebook is in use. */
  readonly binned: string | null
}

/** As for UpdateLog: a failure rejects, and leaves nothing half done. */
export interface DocumentCatalogue {
  /** A new document with its first update and the revision it was imported from, in one commit. */
  create(record: DocumentRecord, first: LoggedUpdate, revision: Revision): Promise<void>
  at(path: string): Promise<DocumentRecord | null>
  document(docId: string): Promise<DocumentRecord | null>
  /** The document that once had this path, if no other one has taken it since. */
  formerlyAt(path: string): Promise<DocumentRecord | null>
  /** Documents in the bin, or those of them that were at this path; the latest first. */
  binned(path?: string): Promise<readonly DocumentRecord[]>
  /** Changes the path, keeping the old one as an alias, and takes the document out of the bin. */
  rename(docId: string, path: string): Promise<void>
  bin(docId: string, deletedAs: string): Promise<void>
  /** Removes a document and its history permanently. */
  forget(docId: string): Promise<void>
  /** All docIds, including those in the bin. */
  documents(): Promise<readonly string[]>
  /** Begins another epoch, from a file with this digest. */
  renew(docId: string, epoch: string, began: string): Promise<void>
}
