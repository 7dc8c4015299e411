// The versions of a document that an edit made outside may have been made from: those written to the file, and those
// given out over HTTP. The latter only while the relay lives; whoever names an older one is told.
import type { KnownRevision } from '../../shared/ipynb/outside.ts'
import type { Revisions } from '../log/revisions.ts'

/** Given out and remembered, a document. */
const kept = 20

export class RevisionCache {
  private readonly revisions: Revisions
  private readonly given = new Map<string, KnownRevision[]>()

  constructor(revisions: Revisions) {
    this.revisions = revisions
  }

  /** Another program is given this text, made of this state. */
  give(docId: string, digest: string, state: Uint8Array): void {
    const others = (this.given.get(docId) ?? []).filter((version) => version.digest !== digest)
    this.given.set(docId, [...others, { digest, state }].slice(-kept))
  }

  /** Those that were in the file, oldest first. */
  async written(docId: string): Promise<readonly KnownRevision[]> {
    return (await this.revisions.of(docId)).filter((base) => base.written)
  }

  /** What was given out, then what was in the file. */
  async all(docId: string): Promise<readonly KnownRevision[]> {
    return [...(this.given.get(docId) ?? []), ...(await this.written(docId))]
  }
}
