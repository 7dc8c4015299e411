// The states of files the relay wrote or read: possible bases of outside edits.
import type { DocumentRecord } from './document-catalogue.ts'

/** A file the relay wrote, or was about to write: its digest, and the document's state. */
export interface Revision {
  readonly digest: string
  readonly state: Uint8Array
  /** When the state was read, in milliseconds since 1970; it includes every update up to that time. */
  readonly time: number
  /** The rename happened. Otherwise it may or may not be the file on disk: a crash hides which. */
  readonly written: boolean
  /** Another program wrote the file, and the state is its content. */
  readonly outside: boolean
}

/** A revision without its state, which may have to be reproduced from the history. */
export type RevisionHead = Omit<Revision, 'state'>

export interface NewRevision {
  readonly docId: string
  readonly revision: Revision
}

/** Revisions stored for a document. */
export const maxRevisions = 12
/** The newest, which are always kept. */
const newestRevisions = 4

/** What decides whether a revision is kept; numbers increase. */
export interface Kept {
  readonly number: number
  readonly written: boolean
  /** The document's history began with its file. */
  readonly began: boolean
}

/**
 * The revision to drop when there is one too many. Besides the newest few: first the oldest that never reached the
 * file, as while a disk fails. Otherwise, since programs save what they read a minute or a day ago, kept revisions lie
 * further apart the older they are.
 */
export const revisionToDrop = (all: readonly Kept[]): number => {
  const older = all.slice(0, -newestRevisions)
  const never = older.findIndex(({ written, began }) => !written && !began)
  if (never >= 0) return never
  const newest = all.at(-1)?.number ?? 0
  let found = 1
  let least = Infinity
  for (let index = 1; index < older.length; index++) {
    if (older[index]?.began) continue
    const [before = 0, at = 0, after = 0] = all.slice(index - 1, index + 2).map(({ number }) => number)
    const worth = (after - before) / (newest - at)
    if (worth < least) [found, least] = [index, worth]
  }
  return found
}

/** As for UpdateLog: a failure rejects, and leaves nothing half done. */
export interface Revisions {
  add(docId: string, revision: Revision): Promise<void>
  markWritten(docId: string, digest: string): Promise<void>
  /** Oldest first, at most `maxRevisions`: the newest, and some older ones. */
  of(docId: string): Promise<readonly Revision[]>
  /** The same without the states. */
  heads(docId: string): Promise<readonly RevisionHead[]>
  /** Whether this is the state of the newest revision with that digest. */
  wasAt(docId: string, digest: string, state: Uint8Array): Promise<boolean>
  /** Digest of the file the document's history began with; null if unknown. Its revision is always kept. */
  began(docId: string): Promise<string | null>
  /** Documents in use with updates later than their last written revision, as after a crash. */
  unwritten(): Promise<readonly DocumentRecord[]>
}
