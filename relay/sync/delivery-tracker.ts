// Compares what a socket is known to have sent or to hold with what the document has. If something is missing, e.g.
// because a message was dropped, the sender is asked for it, and its acknowledgements wait until it has arrived. Other
// senders are not affected.
import * as Y from 'yjs'
import type { Message } from './message.ts'

/** Milliseconds until something missing is requested; doubled each time it does not arrive. */
const firstDelay = 1_000
const maxTimeout = 32_000
/** Bytes read meanwhile that show a large answer still arriving. */
const underWay = 64 << 10
/** Clients of which something may be missing. */
const maxClaims = 10_000
/** Bytes of held acknowledgements: a later one includes the earlier ones. */
const maxHeld = 64 << 10

const none: readonly Uint8Array[] = []

export interface MissingRequester {
  readonly bytesRead: () => number
  /** Requests from the socket what the document lacks. */
  readonly ask: () => void
}

export class DeliveryTracker {
  /** For each client, the clock up to which the document should have its structs. */
  private readonly claims = new Map<number, number>()
  /** Claims at the time of the sender's last full answer: what is still missing, the sender lacks too. */
  private readonly answered = new Map<number, number>()
  private held: Uint8Array[] = []
  private heldBytes = 0
  private received = 0
  private lost = 0
  /** A message did not arrive; the next answer will include its content. */
  private missed = false
  private timer: NodeJS.Timeout | null = null
  /** An update of this sender was rejected: nothing it claims to hold is awaited, or acknowledged. */
  refused = false

  constructor(private readonly requester: MissingRequester) {}

  /** More is claimed than a document could ever lack. */
  get excessive(): boolean {
    return this.claims.size > maxClaims
  }

  /** Another message arrived. */
  count(): void {
    this.received++
  }

  /** The number of messages sent before, by the sender's count. */
  tally(count: number): void {
    const lost = count - (this.received - 1)
    if (lost !== this.lost) this.missed = !this.refused
    this.lost = lost
  }

  /** An update arrived; an answer includes everything its sender holds. */
  take({ spans, deletions, answer }: Message & { type: 'update' }): void {
    if (!answer) {
      for (const { client, to } of [...spans, ...deletions]) this.claim(client, to)
      return
    }
    this.missed = false
    for (const [client, to] of this.claims) this.answered.set(client, to)
  }

  /** The state vector the sender holds. */
  expectState(stateVector: Uint8Array): void {
    for (const [client, to] of Y.decodeStateVector(stateVector)) this.claim(client, to)
  }

  refuse(): void {
    this.refused = true
    this.missed = false
    this.claims.clear()
    this.held = []
    this.heldBytes = 0
    this.close()
  }

  private claim(client: number, to: number): void {
    if (this.refused) return
    if (to > (this.claims.get(client) ?? 0)) this.claims.set(client, to)
  }

  /** Keeps an acknowledgement until nothing is missing. */
  hold(acknowledgement: Uint8Array): void {
    if (this.refused) return
    this.held.push(acknowledgement)
    this.heldBytes += acknowledgement.length
    while (this.heldBytes > maxHeld && this.held.length > 1) this.heldBytes -= this.held.shift()?.length ?? 0
  }

  /** The acknowledgements that may be sent now; none while something is missing, which is then requested. */
  settle(doc: Y.Doc): readonly Uint8Array[] {
    if (this.claims.size === 0 && !this.missed && this.held.length === 0 && !this.timer) return none
    for (const [client, to] of this.claims)
      if (Math.max(Y.getState(doc.store, client), this.answered.get(client) ?? 0) >= to)
        this.claims.delete(client)
    this.answered.clear()
    if (this.missed || this.claims.size > 0) {
      if (this.timer === null) this.requestAfter(firstDelay)
      return none
    }
    this.close()
    const held = this.held
    this.held = []
    this.heldBytes = 0
    return held
  }

  private requestAfter(milliseconds: number): void {
    const before = this.requester.bytesRead()
    this.timer = setTimeout(() => {
      const busy = this.requester.bytesRead() - before > underWay
      if (!busy) this.requester.ask()
      this.requestAfter(busy ? milliseconds : Math.min(2 * milliseconds, maxTimeout))
    }, milliseconds)
    this.timer.unref()
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }
}
