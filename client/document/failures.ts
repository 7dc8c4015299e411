// Connections that ended before the relay had all that was to be sent, one after the other: why, how long to wait
// before the next, and in what smaller parts to send then.
import { closeCodes } from '../../shared/protocol.ts'
import { fullWidth, type Width } from './socket.ts'

/** Milliseconds after the first failure; four times as long after each further one. */
const firstDelay = 1_000
const longestDelay = 60_000
/** Bytes of a message that hardly anything refuses: what is large is cut no further. */
const smallest = 16 << 10
/** Where even those are refused, larger ones than these are not tried. */
const surely = 4 << 10

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
  private why: string | null = null
  private narrowed: Width = fullWidth

  /** What to say of it; null while it may be the network's ordinary ups and downs. */
  get reason(): string | null {
    return this.why
  }

  get width(): Width {
    return this.narrowed
  }

  /** A connection is over on which something was still unsaved. Returns the milliseconds to wait before the next. */
  add(code: number, reason: string, largest: number): number {
    this.count++
    const large = largest > surely
    this.why = reasonOf(code, reason, large && this.count > 1) ?? this.why
    if (large) this.narrow(code === closeCodes.tooBig, largest)
    return Math.min(firstDelay * 4 ** (this.count - 1), longestDelay)
  }

  private narrow(tooBig: boolean, largest: number): void {
    const { part, refused } = this.narrowed
    // Where hardly anything goes through, what is large stays here, and the connection is for all else.
    const most = part === smallest ? surely : largest
    this.narrowed = {
      part: Math.max(smallest, Math.min(part, largest) >> 3),
      refused: tooBig ? Math.min(refused, most) : refused,
    }
  }

  /** Something is too large to be sent even alone. */
  stuck(): void {
    this.why = tooLarge
  }

  /** All that was to be sent is at the relay. What went through in small parts goes on in them. */
  clear(): void {
    this.count = 0
    this.why = null
  }
}
