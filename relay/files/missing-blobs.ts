// Blobs that a document refers to and no browser has sent yet. Their creator may never return, so the file waits for
// them, but not for ever; if they arrive later, it is written again.
import type { Blobs } from '../blobs/store.ts'
import { steadyNow } from '../steady-clock.ts'

export class MissingBlobs {
  private since: number | null = null
  private off: readonly (() => void)[] = []

  /** `maxWait` in milliseconds. */
  constructor(
    private readonly blobs: Blobs,
    private readonly maxWait: number,
    private readonly onKept: () => void,
  ) {}

  /** Milliseconds these may still be waited for; 0 or less if none is missing, or too late. */
  left(missing: readonly string[]): number {
    this.end()
    if (missing.length === 0) {
      this.since = null
      return 0
    }
    this.since ??= steadyNow()
    this.off = missing.map((name) => this.blobs.onceStored(name, this.onKept))
    return this.since + this.maxWait - steadyNow()
  }

  end(): void {
    for (const off of this.off) off()
    this.off = []
  }
}
