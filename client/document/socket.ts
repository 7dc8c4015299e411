// The socket the provider opens, as it lets one be given: what it sends leaves in small parts, and what goes and comes
// is counted, so that a message that was dropped on the way is missed.
import { maxPart, partsOf } from '../../shared/parts.ts'

/** What goes through: messages are cut to `part` bytes; `refused` bytes at once did not get through. */
export interface Width {
  readonly part: number
  readonly refused: number
}

export const fullWidth: Width = { part: maxPart, refused: Infinity }

export class SyncSocket extends WebSocket {
  width = fullWidth
  sent = 0
  received = 0
  /** How many the other end has sent beyond those that came. */
  lost = 0
  bytesReceived = 0
  /** Bytes of the largest message that was sent. */
  largest = 0
  /** Something that cannot be cut is too large to be sent at all. */
  stuck = false

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    // Before the provider's own listener: what it reads is counted by then.
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
