// Consecutive connections that ended with something unsaved: the reason, the delay before the next, and smaller parts
// to send.
import { closeCodes } from '../../shared/protocol.ts'
import { fullWidth, type Width } from './socket.ts'

/** Milliseconds after the first failure; four times as long after each further one. */
const firstDelay = 1_000
const maxDelay = 60_000
/** Bytes of a message that hardly any proxy rejects: the smallest part size. */
const minPart = 16 << 10
/** If even such parts are rejected, nothing larger than this is tried. */
const safeSize = 4 << 10

const tooLarge = 'an edit is too large for the connection to the relay'

const reasonOf = (code: number, reason: string, large: boolean): string | null => {
  switch (code) {
    case closeCodes.tooBig:
      return tooLarge
    case closeCodes.tooFast:
      return `the relay received too much at once (${reason})`
    case closeCodes.garbage:
      return `the relay rejected a message (${reason})`
    case 1011:
      return `the relay failed (${reason})`
    default:
      return large ? 'the connection fails while a large edit is sent' : null
  }
}

export class Failures {
  private count = 0
  private lastReason: string | null = null
  private narrowed: Width = fullWidth

  /** Null while it may be an ordinary network failure. */
  get reason(): string | null {
    return this.lastReason
  }

  get width(): Width {
    return this.narrowed
  }

  /** A connection ended with something unsaved. Returns the milliseconds until the next attempt. */
  add(code: number, reason: string, largest: number): number {
    this.count++
    const large = largest > safeSize
    this.lastReason = reasonOf(code, reason, large && this.count > 1) ?? this.lastReason
    if (large) this.narrow(code === closeCodes.tooBig, largest)
    return Math.min(firstDelay * 4 ** (this.count - 1), maxDelay)
  }

  private narrow(tooBig: boolean, largest: number): void {
    const { part, refused } = this.narrowed
    // If hardly anything passes, large edits stay here, and the connection serves everything else.
    const limit = part === minPart ? safeSize : largest
    this.narrowed = {
      part: Math.max(minPart, Math.min(part, largest) >> 3),
      refused: tooBig ? Math.min(refused, limit) : refused,
    }
  }

  /** An edit is too large even on its own. */
  stuck(): void {
    this.lastReason = tooLarge
  }

  /** Everything was sent. Part sizes stay small. */
  clear(): void {
    this.count = 0
    this.lastReason = null
  }
}
