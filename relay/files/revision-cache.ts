// The possible bases of an outside edit: revisions written to the file, and those sent over HTTP. The latter only while
// the relay runs; a client that names an older one gets an error.
import type { KnownRevision } from '../../shared/ipynb/outside.ts'
import type { Revisions } from '../log/revisions.ts'

/** Sent revisions remembered per document. */
const kept = 20

export class RevisionCache {
  private readonly given = new Map<string, KnownRevision[]>()

  constructor(private readonly revisions: Revisions) {}

  /** Another program receives this text, made from this state. */
  give(docId: string, digest: string, state: Uint8Array): void {
    const others = (this.given.get(docId) ?? []).filter((version) => version.digest !== digest)
    this.given.set(docId, [...others, { digest, state }].slice(-kept))
  }

  /** Revisions that were in the file, oldest first. */
  async written(docId: string): Promise<readonly KnownRevision[]> {
    return (await this.revisions.of(docId)).filter((base) => base.written)
  }

  /** Sent revisions, then those that were in the file. */
  async all(docId: string): Promise<readonly KnownRevision[]> {
    return [...(this.given.get(docId) ?? []), ...(await this.written(docId))]
  }
}
