// What the relay must not forget, behind one interface: the updates of each document, which history (epoch) and
// which path it has, and the states behind the files it wrote. A store reads no update; it keeps bytes.
import type { EditSession } from './edit-session.ts'

/** One update as it came in. `client` is the Yjs client that made it, 0 where that is not known. */
export interface LoggedUpdate {
  readonly docId: string
  /** Milliseconds since 1970 by the relay's clock. */
  readonly time: number
  /** An id; the name itself where only that is known. Empty: no person. */
  readonly user: string
  /** What `user` is called where it is an id; the last one is kept, not each. */
  readonly name?: string
  readonly client: number
  readonly bytes: Uint8Array
}

export interface DocumentRecord {
  readonly docId: string
  readonly epoch: string
  /** Where it lies, or lay before it went to the bin. */
  readonly path: string
  /** The file's name in the bin folder, or null while the notebook is in use. */
  readonly binned: string | null
}

/** A file the relay wrote, or was about to write: its digest, and the document's state behind it. */
export interface Revision {
  readonly digest: string
  readonly state: Uint8Array
  /** When the state was read, in milliseconds since 1970; every update of that time or before is in it. */
  readonly time: number
  /** The rename happened. A base that is not written may or may not be the file on the disk: a crash hides which. */
  readonly written: boolean
  /** Another program wrote the file, and the state is what it says. */
  readonly outside: boolean
}

/** A revision without its state, which may have to be made from the history. */
export type RevisionHead = Omit<Revision, 'state'>

export interface NewRevision {
  readonly docId: string
  readonly base: Revision
}

/** How many updates, and how many bytes they are together. */
export interface Tail {
  readonly updates: number
  readonly bytes: number
}

/** A place in a document's history that somebody gave a name. */
export interface Version {
  /** So many of the document's updates it has. */
  readonly at: number
  readonly name: string
  /** The name of whoever named it, and their id; null where only the name is known. */
  readonly by: string
  readonly user: string | null
  /** Milliseconds since 1970 by the relay's clock. */
  readonly time: number
}

/** How many bases a document keeps. */
export const maxRevisions = 12
/** The newest, which are kept in any case. */
const newestRevisions = 4

/**
 * Which of so many bases that one is too many is to go. Programs save what they read a minute or a day ago: beyond the
 * newest few, those are kept that lie the further apart the older they are. `numbers` count up with each base,
 * `pinned` must stay.
 */
export const revisionToDrop = (numbers: readonly number[], pinned: (index: number) => boolean): number => {
  const newest = numbers.at(-1) ?? 0
  let found = 1
  let least = Infinity
  for (let index = 1; index < numbers.length - newestRevisions; index++) {
    if (pinned(index)) continue
    const [before = 0, at = 0, after = 0] = numbers.slice(index - 1, index + 2)
    const worth = (after - before) / (newest - at)
    if (worth < least) [found, least] = [index, worth]
  }
  return found
}
/** How many updates one compacted chunk holds at most. */
export const chunkLength = 4000

/** Whatever a store cannot do because of the disk rejects; nothing is half done after a rejection. */
export interface LogStore {
  /**
   * One commit for all rows and bases. When it resolves they are in the operating system's hands: they survive
   * kill -9.
   */
  append(rows: readonly LoggedUpdate[], revisions?: readonly NewRevision[]): Promise<void>
  /** Resolves when everything appended before the call is on the disk: it survives a power loss. */
  synced(): Promise<void>

  /** The newest checkpoint, if there is one, then the updates since, in the order they came. */
  load(docId: string): Promise<readonly Uint8Array[]>
  /** The updates `load` gives after its checkpoint. */
  tail(docId: string): Promise<Tail>
  /**
   * Makes `state` the checkpoint, and packs the updates behind it into chunks. `state` must hold every update of
   * the document appended so far. A crash at any moment loses nothing: the next call goes on where this one ended.
   */
  compact(docId: string, state: Uint8Array): Promise<void>
  /** Every update ever appended, oldest first, out of chunks and tail. */
  history(docId: string): Promise<readonly LoggedUpdate[]>
  /** The first `count` rows of that, in batches of at most `chunkLength`: no more than one is in memory at a time. */
  beginning(docId: string, count: number): AsyncIterable<readonly LoggedUpdate[]>
  /** Who made the updates of the history and when, oldest first; reads no update where it can be helped. */
  sessions(docId: string): Promise<readonly EditSession[]>
  /** What users of rows are called, by their ids. */
  people(): Promise<ReadonlyMap<string, string>>
  nameVersion(docId: string, version: Version): Promise<void>
  /** By place, then by time. */
  versions(docId: string): Promise<readonly Version[]>

  /** A new document with its first update and the base of the file it came from, in one commit. */
  create(record: DocumentRecord, first: LoggedUpdate, base: Revision): Promise<void>
  /** The document in use at this path. */
  at(path: string): Promise<DocumentRecord | null>
  document(docId: string): Promise<DocumentRecord | null>
  /** The document that once had this path, if no other one took the path since. */
  formerlyAt(path: string): Promise<DocumentRecord | null>
  /** Documents in the bin that lay at this path, the latest first. */
  binnedAt(path: string): Promise<readonly DocumentRecord[]>
  /** Gives the document another path, keeping the old one as an alias, and takes it out of the bin. */
  rename(docId: string, path: string): Promise<void>
  bin(docId: string, deletedAs: string): Promise<void>
  /** All that are in the bin. */
  deletedAs(): Promise<readonly DocumentRecord[]>
  /** Removes a document and its history for good. */
  forget(docId: string): Promise<void>
  /** Whether any document was ever made here. */
  used(): Promise<boolean>
  /** The docIds of all there are, those in the bin among them. */
  documents(): Promise<readonly string[]>

  /** From here on the document has another history, which began with a file of this digest. */
  renew(docId: string, epoch: string, began: string): Promise<void>
  /** The digest of the file the document's history began with; null where that is not known. Its base is kept. */
  began(docId: string): Promise<string | null>
  addRevision(docId: string, base: Revision): Promise<void>
  markWritten(docId: string, digest: string): Promise<void>
  /** Oldest first, at most `keptBases`: the newest, and of the older ones some. */
  revisions(docId: string): Promise<readonly Revision[]>
  /** The same for those who want to know which there are. */
  revisionHeads(docId: string): Promise<readonly RevisionHead[]>
  /** Whether this is the state behind the newest base with that digest. */
  wasAt(docId: string, digest: string, state: Uint8Array): Promise<boolean>
  /** Documents in use with updates later than their last written base, as a crash leaves them. */
  unwritten(): Promise<readonly DocumentRecord[]>

  close(): Promise<void>
}
