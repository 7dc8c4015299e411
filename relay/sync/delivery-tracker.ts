// What one socket is known to have sent or to hold, against what the document has. Where something is missing, as a
// message does that was dropped on the way, the sender is asked for it, and its acknowledgements wait here until it has
// come: theirs alone, whatever the others do.
import * as Y from 'yjs'
import type { Message } from './message.ts'

/** Milliseconds until something missing is asked for; twice as long each time it does not come. */
const patience = 1_000
const maxTimeout = 32_000
/** Bytes read meanwhile with which a large answer is on its way. */
const underWay = 64 << 10
/** Clients of which something may be missing. */
const maxClaims = 10_000
/** Bytes of acknowledgements that wait: a later one says what earlier ones would. */
const maxHeld = 64 << 10

const none: readonly Uint8Array[] = []

export interface MissingRequester {
  /** All bytes read from the socket so far. */
  readonly bytesRead: () => number
  /** Asks the socket for what the document lacks. */
  readonly ask: () => void
}

export class DeliveryTracker {
  private readonly clientAddress: MissingRequester
  /** Of each client, up to which clock the document should have it. */
  private readonly claims = new Map<number, number>()
  /** Claims since which the sender gave all it holds: what is missing yet, it lacks itself. */
  private readonly answered = new Map<number, number>()
  private held: Uint8Array[] = []
  private heldBytes = 0
  private received = 0
  private lost = 0
  /** A message did not arrive; what was in it is known when an answer has come. */
  private missed = false
  private timer: NodeJS.Timeout | null = null
  /** It sent something that is not taken from it: nothing it says it holds is waited for, or acknowledged. */
  refused = false

  constructor(clientAddress: MissingRequester) {
    this.clientAddress = clientAddress
  }

  /** There is more claimed than a document could ever miss. */
  get excessive(): boolean {
    return this.claims.size > maxClaims
  }

  /** Another message arrived. */
  count(): void {
    this.received++
  }

  /** The sender counted so many before the one that says so. */
  tally(count: number): void {
    const lost = count - (this.received - 1)
    if (lost !== this.lost) this.missed = !this.refused
    this.lost = lost
  }

  /** An update came; an answer has all that its sender holds. */
  take({ spans, deletions, answer }: Message & { type: 'update' }): void {
    if (!answer) {
      for (const { client, to } of [...spans, ...deletions]) this.claim(client, to)
      return
    }
    this.missed = false
    for (const [client, to] of this.claims) this.answered.set(client, to)
  }

  /** The sender holds so much. */
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

  /** The acknowledgements that may go now. While something is missing there are none, and it is asked for. */
  settle(doc: Y.Doc): readonly Uint8Array[] {
    if (this.claims.size === 0 && !this.missed && this.held.length === 0 && !this.timer) return none
    for (const [client, to] of this.claims)
      if (Math.max(Y.getState(doc.store, client), this.answered.get(client) ?? 0) >= to)
        this.claims.delete(client)
    this.answered.clear()
    if (this.missed || this.claims.size > 0) {
      if (this.timer === null) this.requestAfter(patience)
      return none
    }
    this.close()
    const held = this.held
    this.held = []
    this.heldBytes = 0
    return held
  }

  private requestAfter(milliseconds: number): void {
    const before = this.clientAddress.bytesRead()
    this.timer = setTimeout(() => {
      const busy = this.clientAddress.bytesRead() - before > underWay
      if (!busy) this.clientAddress.ask()
      this.requestAfter(busy ? milliseconds : Math.min(2 * milliseconds, maxTimeout))
    }, milliseconds)
    this.timer.unref()
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }
}
