// The states behind the files the relay wrote or read: what another program may have made its edit from.
import type { DocumentRecord } from './document-catalogue.ts'

/** A file the relay wrote, or was about to write: its digest, and the document's state behind it. */
export interface Revision {
  readonly digest: string
  readonly state: Uint8Array
  /** When the state was read, in milliseconds since 1970; every update of that time or before is in it. */
  readonly time: number
  /** The rename happened. One that is not written may or may not be the file on the disk: a crash hides which. */
  readonly written: boolean
  /** Another program wrote the file, and the state is what it says. */
  readonly outside: boolean
}

/** A revision without its state, which may have to be made from the history. */
export type RevisionHead = Omit<Revision, 'state'>

export interface NewRevision {
  readonly docId: string
  readonly revision: Revision
}

/** How many a document keeps. */
export const maxRevisions = 12
/** The newest, which are kept in any case. */
const newestRevisions = 4

/** What decides whether a revision stays: numbers count up with each. */
export interface Kept {
  readonly number: number
  readonly written: boolean
  /** The document's history began with its file. */
  readonly began: boolean
}

/**
 * Which of so many that one is too many is to go: beyond the newest few the oldest of those that never came into the
 * file, as while a disk fails. Else, since programs save what they read a minute or a day ago, those are kept that lie
 * the further apart the older they are.
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

/** As UpdateLog: what it cannot do rejects, and nothing is half done then. */
export interface Revisions {
  add(docId: string, revision: Revision): Promise<void>
  markWritten(docId: string, digest: string): Promise<void>
  /** Oldest first, at most `maxRevisions`: the newest, and of the older ones some. */
  of(docId: string): Promise<readonly Revision[]>
  /** The same for those who want to know which there are. */
  heads(docId: string): Promise<readonly RevisionHead[]>
  /** Whether this is the state behind the newest revision with that digest. */
  wasAt(docId: string, digest: string, state: Uint8Array): Promise<boolean>
  /** The digest of the file the document's history began with; null where that is not known. Its revision is kept. */
  began(docId: string): Promise<string | null>
  /** Documents in use with updates later than their last written revision, as a crash leaves them. */
  unwritten(): Promise<readonly DocumentRecord[]>
}
