// The updates of each document, in order of arrival. A log does not interpret them.
import type { EditSession } from './edit-session.ts'
import type { NewRevision } from './revisions.ts'

/** One update as received. `client` is the Yjs client that made it, 0 if unknown. */
export interface LoggedUpdate {
  readonly docId: string
  /** Milliseconds since 1970 by the relay's clock. */
  readonly time: number
  /** An id; the name itself if only that is known. Empty: no person. */
  readonly user: string
  /** The name of `user`, if that is an id; only the last one is stored. */
  readonly name?: string
  readonly client: number
  readonly bytes: Uint8Array
}

/** Number of updates, and their total bytes. */
export interface Tail {
  readonly updates: number
  readonly bytes: number
}

/** A named position in a document's history. */
export interface Version {
  /** Number of updates it includes. */
  readonly at: number
  readonly name: string
  /** Name and id of whoever named it; the id is null if unknown. */
  readonly by: string
  readonly user: string | null
  /** Milliseconds since 1970 by the relay's clock. */
  readonly time: number
}

/** Maximum number of updates in a chunk. */
export const chunkLength = 4000

/** A disk failure rejects, and leaves nothing half done. */
export interface UpdateLog {
  /** One commit for all rows and revisions. When it resolves they survive kill -9. */
  append(rows: readonly LoggedUpdate[], revisions?: readonly NewRevision[]): Promise<void>
  /** Resolves when everything appended before the call is on disk: it survives a power loss. */
  synced(): Promise<void>

  /** The newest checkpoint, if any, then the updates since, in order of arrival. */
  load(docId: string): Promise<readonly Uint8Array[]>
  /** Size of the updates `load` returns after the checkpoint. */
  tail(docId: string): Promise<Tail>
  /**
   * Makes `state` the checkpoint, and packs the earlier updates into chunks. `state` must include every update appended
   * so far. A crash at any moment loses nothing: the next call continues.
   */
  compact(docId: string, state: Uint8Array): Promise<void>
  /** Its first `count` updates ever, oldest first, in batches of at most `chunkLength`: only one is in memory at a time. */
  beginning(docId: string, count: number): AsyncIterable<readonly LoggedUpdate[]>
  /** Who made the updates and when, oldest first; avoids reading updates. */
  sessions(docId: string): Promise<readonly EditSession[]>
  people(): Promise<ReadonlyMap<string, string>>
  nameVersion(docId: string, version: Version): Promise<void>
  /** By position, then by time. */
  versions(docId: string): Promise<readonly Version[]>
}
