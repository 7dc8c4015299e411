// One socket in a room. It reads messages, writes frames, and alone knows the socket's condition: slow, dead or
// misbehaving.
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type * as Y from 'yjs'
import { allows, type Grant } from '../../shared/grant.ts'
import { incomplete, refusalOf } from '../../shared/notebook/document/comment-guard.ts'
import { closeCodes } from '../../shared/protocol.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import { steadyNow } from '../steady-clock.ts'
import { forbiddenMessage, readMessage, roleFor, tallyMessage, type Message } from './message.ts'
import { DeliveryTracker } from './delivery-tracker.ts'
import type { PresenceTable } from './presence-table.ts'

/** What a session reports to its room. */
export interface Listener {
  /** With everything received so far in it. */
  readonly doc: Y.Doc
  readonly presences: Pick<PresenceTable, 'commenter'>
  /** Whether an update brings nothing new. */
  holds(update: Uint8Array): boolean
  received(session: SocketSession, message: Message, frame: Uint8Array): void
  /** Something the sender has sent or holds has not arrived for a while. */
  onMissing(session: SocketSession): void
  /** The socket can be written to again after `fellBehind`. */
  onDrained(session: SocketSession): void
  left(session: SocketSession): void
}

export interface Limits {
  /** Unread bytes after which a receiver is no longer sent updates one by one. */
  readonly unread: number
  /** Milliseconds it may stay so without reading anything. */
  readonly slowTimeout: number
  /** Milliseconds between pings; a socket that answered none is closed. */
  readonly pingEvery: number
  /** Messages one socket may send in ten seconds. */
  readonly messages: number
}

export const defaultLimits: Limits = {
  unread: 8 << 20,
  slowTimeout: 30_000,
  pingEvery: 30_000,
  messages: 2_000_000,
}

const probeFor = 3_000
const pauseFor = 50
/** Milliseconds after which a page that counts messages is sent a tally. */
const tallyAfter = 1_000

/** Only known for a network socket. */
const bytesRead = (stream: Duplex): number => (stream instanceof Socket ? stream.bytesRead : 0)

export interface SessionOptions {
  readonly socket: WebSocket
  readonly stream: Duplex
  readonly grant: Grant
  readonly listener: Listener
  readonly limits: Limits
  readonly logger: Logger
}

export class SocketSession {
  readonly grant: Grant
  readonly delivery: DeliveryTracker
  private readonly socket: WebSocket
  private readonly stream: Duplex
  private readonly listener: Listener
  private readonly limits: Limits
  private readonly logger: Logger
  private readonly ping: NodeJS.Timeout
  private alive = true
  private behindTimer: NodeJS.Timeout | null = null
  private probeTimer: NodeJS.Timeout | null = null
  private messages = 0
  private countedSince = steadyNow()
  private sent = 0
  /** The other end counts messages too. */
  private tallies = false
  private tallyTimer: NodeJS.Timeout | null = null

  constructor({ socket, stream, grant, listener, limits, logger }: SessionOptions) {
    this.grant = grant
    this.socket = socket
    this.stream = stream
    this.listener = listener
    this.limits = limits
    this.logger = logger
    this.delivery = new DeliveryTracker({
      bytesRead: () => bytesRead(stream),
      ask: () => listener.onMissing(this),
    })
    socket.on('message', (data, binary) => this.receive(data as Buffer, binary))
    socket.on('pong', () => this.onActivity())
    socket.on('close', () => this.end())
    stream.on('drain', this.drained)
    this.ping = setInterval(() => this.keepAlive(), limits.pingEvery)
  }

  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  /** True while this receiver reads too slowly: the room skips it and later sends everything it lacks at once. */
  get behind(): boolean {
    return this.behindTimer !== null
  }

  /** Sends the frames of a turn in one system call. */
  send(frames: readonly Uint8Array[]): void {
    if (!this.open || frames.length === 0) return
    this.stream.cork()
    for (const frame of frames) this.socket.send(frame)
    this.stream.uncork()
    this.sent += frames.length
    if (this.tallies) this.tallyTimer ??= setTimeout(() => this.sendTally(), tallyAfter)
  }

  private sendTally(): void {
    this.send([tallyMessage(this.sent)])
    this.tallyTimer = null
  }

  /** Whether it exceeds the bound; it is then `behind` until it has read everything sent. */
  isTooSlow(): boolean {
    if (this.behind) return true
    if (this.socket.bufferedAmount <= this.limits.unread) return false
    let before = this.socket.bufferedAmount
    this.behindTimer = setInterval(() => {
      const unread = this.socket.bufferedAmount
      if (unread < before) {
        before = unread
        return
      }
      this.logger.warn('closed a receiver that does not read', { unread })
      this.socket.terminate()
    }, this.limits.slowTimeout)
    return true
  }

  /** Pings the other end, and closes the socket without an answer. */
  probe(): void {
    if (this.probeTimer || !this.open) return
    this.probeTimer = setTimeout(() => this.socket.terminate(), probeFor)
    this.socket.ping()
  }

  /** Stops reading while the log is too far behind. */
  pauseWhile(tooMuch: () => boolean): void {
    this.socket.pause()
    setTimeout(() => {
      if (tooMuch()) this.pauseWhile(tooMuch)
      else this.socket.resume()
    }, pauseFor)
  }

  close(code: number, reason: string): void {
    this.socket.close(code, closeReason(reason))
  }

  terminate(): void {
    this.socket.terminate()
  }

  private receive(data: Buffer, binary: boolean): void {
    if (!this.open) return
    this.onActivity()
    this.delivery.count()
    if (!this.counted()) return
    const frame = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const message = binary ? readMessage(frame) : null
    if (!message) {
      this.refuse('a frame is not a message of this protocol')
      return
    }
    if (message.type === 'tally') {
      this.tallies = true
      this.delivery.tally(message.count)
    }
    try {
      const refusal = this.refusal(message)
      if (refusal === null) this.listener.received(this, message, frame)
      else if (refusal === incomplete && message.type === 'update') {
        this.delivery.take(message)
        this.listener.onMissing(this)
      } else this.forbid(refusal)
    } catch (error) {
      // A failure on a message closes this socket, not the relay.
      this.logger.error('a message could not be handled', { reason: messageOf(error) })
      this.close(1011, 'the message could not be handled')
    }
  }

  /** The reason to refuse the message, or null. */
  private refusal(message: Message): string | null {
    const { role } = this.grant
    if (allows(role, roleFor[message.type])) return null
    if (message.type === 'update' && (message.empty || this.listener.holds(message.bytes))) return null
    if (message.type !== 'update' || !allows(role, 'comment'))
      return `you may ${role} this notebook but not change it`
    const { doc, presences } = this.listener
    const reason = refusalOf(doc, message.bytes, presences.commenter(this))
    if (reason === null || reason === incomplete) return reason
    return `you may comment on this notebook but not change it; this is ${reason}`
  }

  /** Ignores an update and tells its sender; the socket stays open. */
  private forbid(reason: string): void {
    if (!this.delivery.refused) this.logger.warn('an update was rejected', { role: this.grant.role, reason })
    this.delivery.refuse()
    this.send([forbiddenMessage(reason)])
  }

  /** Closes a socket that violated the protocol; the message is ignored. */
  refuse(reason: string, code: number = closeCodes.garbage): void {
    this.logger.warn('socket closed', { code, reason })
    this.close(code, reason)
  }

  private counted(): boolean {
    const now = steadyNow()
    if (now - this.countedSince > 10_000) {
      this.countedSince = now
      this.messages = 0
    }
    if (++this.messages <= this.limits.messages) return true
    this.refuse('too many messages', closeCodes.tooFast)
    return false
  }

  private onActivity(): void {
    this.alive = true
    if (this.probeTimer) clearTimeout(this.probeTimer)
    this.probeTimer = null
  }

  private keepAlive(): void {
    if (!this.alive) {
      this.socket.terminate()
      return
    }
    this.alive = false
    if (this.open) this.socket.ping()
  }

  private readonly drained = (): void => {
    if (!this.behindTimer) return
    clearInterval(this.behindTimer)
    this.behindTimer = null
    this.listener.onDrained(this)
  }

  private end(): void {
    clearInterval(this.ping)
    if (this.behindTimer) clearInterval(this.behindTimer)
    if (this.probeTimer) clearTimeout(this.probeTimer)
    if (this.tallyTimer) clearTimeout(this.tallyTimer)
    this.delivery.close()
    this.stream.off('drain', this.drained)
    this.listener.left(this)
  }
}

const maxReason = 123

export const anotherHistory = 'another history'

/** A truncated path would be another one; without a path the page goes to the list. */
export const pathReason = (path: string): string => (Buffer.byteLength(path) <= maxReason ? path : '')

/** A close reason has at most 123 bytes of UTF-8; a longer one is cut between characters. */
export const closeReason = (reason: string): string => {
  const bytes = Buffer.from(reason)
  if (bytes.length <= maxReason) return reason
  // A character cut in half decodes to U+FFFD at the end.
  return bytes
    .subarray(0, maxReason - 2)
    .toString()
    .replace(/\uFFFD+$/, '')
}
