// The updates of each document, in the order they came: what people did. A log reads no update; it keeps bytes.
import type { EditSession } from './edit-session.ts'
import type { NewRevision } from './revisions.ts'

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

/** How many updates one compacted chunk holds at most. */
export const chunkLength = 4000

/** Whatever it cannot do because of the disk rejects; nothing is half done after a rejection. */
export interface UpdateLog {
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
}
