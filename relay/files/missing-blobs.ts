// Blobs that a document refers to and no browser has sent yet. The one that made them may be gone for good, so its file
// waits for them, but not for ever; should they come after all, it is written again.
import type { Blobs } from '../blobs/store.ts'

export class MissingBlobs {
  private readonly blobs: Blobs
  private readonly patience: number
  private readonly onKept: () => void
  private since: number | null = null
  private off: readonly (() => void)[] = []

  /** `patience` in milliseconds. */
  constructor(blobs: Blobs, patience: number, onKept: () => void) {
    this.blobs = blobs
    this.patience = patience
    this.onKept = onKept
  }

  /** How many milliseconds these are still to be waited for; 0 or less where none is missing, or for too long. */
  left(missing: readonly string[]): number {
    this.end()
    if (missing.length === 0) {
      this.since = null
      return 0
    }
    this.since ??= Date.now()
    this.off = missing.map((name) => this.blobs.onceStored(name, this.onKept))
    return this.since + this.patience - Date.now()
  }

  end(): void {
    for (const off of this.off) off()
    this.off = []
  }
}
