// The WebSocket given to the provider: it sends in small parts, and counts messages in both directions, so that a
// dropped one is noticed.
import { maxPart, partsOf } from '../../shared/parts.ts'

/** Messages are cut to `part` bytes; messages of `refused` bytes failed. */
export interface Width {
  readonly part: number
  readonly refused: number
}

/** The close code of a connection that was given up here, because the relay is silent. */
export const lostCode = 4000

export const fullWidth: Width = { part: maxPart, refused: Infinity }

export class SyncSocket extends WebSocket {
  width = fullWidth
  sent = 0
  received = 0
  /** Messages the other end has sent that did not arrive. */
  lost = 0
  bytesReceived = 0
  /** Bytes of the largest message sent. */
  largest = 0
  /** A message that cannot be cut is too large to send. */
  stuck = false

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    // Before the provider's own listener, so that a message is counted before it is handled.
    this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      this.received++
      if (data instanceof ArrayBuffer) this.bytesReceived += data.byteLength
    })
  }

  override send(message: Parameters<WebSocket['send']>[0]): void {
    if (!(message instanceof Uint8Array)) throw new TypeError('a message of the protocol is bytes')
    for (const part of partsOf(message, this.width.part)) {
      if (part.length >= this.width.refused) {
        this.stuck = true
        continue
      }
      super.send(part)
      this.sent++
      this.largest = Math.max(this.largest, part.length)
    }
  }
}
