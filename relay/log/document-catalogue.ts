// Which documents there are, which path each has or had, and which history (epoch) it is in.
import type { Revision } from './revisions.ts'
import type { LoggedUpdate } from './update-log.ts'

export interface DocumentRecord {
  readonly docId: string
  readonly epoch: string
  /** Where it lies, or lay before it went to the bin. */
  readonly path: string
  /** The file's name in the bin folder, or null while the notebook is in use. */
  readonly binned: string | null
}

/** As UpdateLog: what it cannot do rejects, and nothing is half done then. */
export interface DocumentCatalogue {
  /** A new document with its first update and the revision of the file it came from, in one commit. */
  create(record: DocumentRecord, first: LoggedUpdate, revision: Revision): Promise<void>
  /** The document in use at this path. */
  at(path: string): Promise<DocumentRecord | null>
  document(docId: string): Promise<DocumentRecord | null>
  /** The document that once had this path, if no other one took the path since. */
  formerlyAt(path: string): Promise<DocumentRecord | null>
  /** Those in the bin, or of them those that lay at this path; the latest first. */
  binned(path?: string): Promise<readonly DocumentRecord[]>
  /** Gives the document another path, keeping the old one as an alias, and takes it out of the bin. */
  rename(docId: string, path: string): Promise<void>
  bin(docId: string, deletedAs: string): Promise<void>
  /** Removes a document and its history for good. */
  forget(docId: string): Promise<void>
  /** The docIds of all there are, those in the bin among them. */
  documents(): Promise<readonly string[]>
  /** From here on the document has another history, which began with a file of this digest. */
  renew(docId: string, epoch: string, began: string): Promise<void>
}
