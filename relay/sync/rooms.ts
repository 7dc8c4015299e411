// The rooms that are open. A room is loaded once, before its first answer, and leaves memory only after its last
// write is down. Each room gets its peers here: the file peer, the model peer, whatever main.ts composes.
import type { GroupCommit } from '../log/group-commit.ts'
import type { DocumentRecord } from '../log/document-catalogue.ts'
import type { Log } from '../log/log.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import { Room } from './room.ts'

/** Something that acts on a room's document from inside the relay. */
export interface Peer {
  /** Finishes what is under way and lets go of the room. It may write to the document a last time. */
  dispose(): void | Promise<void>
}
export type PeerFactory = (room: Room) => Peer

export interface RoomsOptions {
  readonly log: Log
  readonly commit: GroupCommit
  readonly instance: string
  readonly peers: readonly PeerFactory[]
  readonly logger: Logger
  /** Milliseconds a room stays after its last use. */
  readonly linger: number
}

interface OpenRoom {
  readonly room: Room
  readonly peers: readonly Peer[]
}

/** Written to a document's log before it is looked whether to compact it. */
const compactAfter = { updates: 1000, bytes: 32 << 10 }

export class Rooms {
  private readonly parts: RoomsOptions
  private readonly rooms = new Map<string, Promise<OpenRoom>>()
  /** The same, once loaded. */
  private readonly loaded = new Map<string, OpenRoom>()
  private readonly lingering = new Map<string, NodeJS.Timeout>()
  private readonly closing = new Map<string, Promise<void>>()
  /** Of a document, since it was last looked whether its log is to be compacted, and whether that was asked for. */
  private readonly written = new Map<string, { updates: number; bytes: number; asked: boolean }>()
  private compacting: Promise<void> = Promise.resolve()
  private closed = false

  constructor(parts: RoomsOptions) {
    this.parts = parts
  }

  /** Runs `work` with the document's room, which stays open at least until the result is there. */
  async use<T>(record: DocumentRecord, work: (room: Room) => T | Promise<T>): Promise<T> {
    await this.closing.get(record.docId)
    if (this.closed) throw new Error('the relay is stopping')
    let loading = this.rooms.get(record.docId)
    if (!loading) this.rooms.set(record.docId, (loading = this.load(record)))
    const { room } = await loading
    const release = room.hold()
    try {
      return await work(room)
    } finally {
      release()
    }
  }

  /** A document has another path or went to the bin or came back; its room, if open, tells its pages. */
  moved(record: DocumentRecord): void {
    this.loaded.get(record.docId)?.room.moved(record)
  }

  /** Whether somebody has the document open. */
  isOpen(docId: string): boolean {
    const room = this.loaded.get(docId)?.room
    return room === undefined ? this.rooms.has(docId) : !room.unused
  }

  /** The log's disk fails, and why; null when it works again. */
  error(reason: string | null): void {
    for (const { room } of this.loaded.values()) room.tell({ disk: reason })
  }

  closeAll(code: number, reason: string): void {
    for (const { room } of this.loaded.values()) room.closeAll(code, reason)
  }

  /** Lets every peer finish and drops all rooms. What peers write is in the group commit's hands afterwards. */
  async close(): Promise<void> {
    this.closed = true
    for (const timer of this.lingering.values()) clearTimeout(timer)
    this.lingering.clear()
    await Promise.all(this.closing.values())
    const loaded = await Promise.all(this.rooms.values())
    await Promise.all(loaded.map(({ peers }) => this.dispose(peers)))
    await this.compacting
    for (const { room } of loaded) room.destroy()
    this.rooms.clear()
    this.loaded.clear()
  }

  private async load(record: DocumentRecord): Promise<OpenRoom> {
    const { log, commit, instance, peers, logger } = this.parts
    try {
      const history = await log.updates.load(record.docId)
      const current = (await log.catalogue.document(record.docId)) ?? record
      const room = new Room(history, {
        record: current,
        commit,
        instance,
        logger,
        onUnused: () => this.unused(record.docId),
        onWritten: (bytes) => this.countWritten(record.docId, bytes),
      })
      if (commit.trouble) room.tell({ disk: commit.trouble })
      const loaded: OpenRoom = { room, peers: peers.map((create) => create(room)) }
      this.loaded.set(record.docId, loaded)
      this.countWritten(record.docId, history.length)
      return loaded
    } catch (error) {
      this.rooms.delete(record.docId)
      throw error
    }
  }

  private unused(docId: string): void {
    if (this.lingering.has(docId) || this.closing.has(docId)) return
    const timer = setTimeout(() => {
      this.lingering.delete(docId)
      void this.unload(docId)
    }, this.parts.linger)
    timer.unref()
    this.lingering.set(docId, timer)
  }

  private async unload(docId: string): Promise<void> {
    const loaded = this.loaded.get(docId)
    // While the disk fails the room stays, and can be joined, for as long as that takes.
    if (!loaded?.room.unused || !(await this.parts.commit.settled())) return
    if (!loaded.room.unused || this.loaded.get(docId) !== loaded || this.closing.has(docId)) return
    const closing = (async () => {
      await this.dispose(loaded.peers)
      await this.parts.commit.settled()
      await this.compacting
      loaded.room.destroy()
      this.rooms.delete(docId)
      this.loaded.delete(docId)
      this.written.delete(docId)
    })()
    this.closing.set(docId, closing)
    try {
      await closing
    } finally {
      this.closing.delete(docId)
    }
  }

  private async dispose(peers: readonly Peer[]): Promise<void> {
    for (const peer of peers) {
      try {
        await peer.dispose()
      } catch (error) {
        this.parts.logger.error('a peer did not end well', { reason: messageOf(error) })
      }
    }
  }

  private countWritten(docId: string, more: number): void {
    const { updates, bytes, asked } = this.written.get(docId) ?? { updates: 0, bytes: 0, asked: false }
    const isMuch = updates + 1 >= compactAfter.updates || bytes + more >= compactAfter.bytes
    this.written.set(docId, { updates: updates + 1, bytes: bytes + more, asked: isMuch })
    if (isMuch && !asked) this.compacting = this.compacting.then(() => this.compact(docId))
  }

  private async compact(docId: string): Promise<void> {
    const loaded = this.loaded.get(docId)
    this.written.delete(docId)
    if (!loaded || this.parts.commit.trouble) return
    try {
      const { updates, bytes } = await this.parts.log.updates.tail(docId)
      const { state } = loaded.room
      // Some may not be in the log yet. Few but heavy ones, as runs are, go once they weigh what is written instead.
      if (updates < compactAfter.updates / 2 && bytes < Math.max(compactAfter.bytes / 2, state.length)) return
      await this.parts.log.updates.compact(docId, state)
    } catch (error) {
      this.parts.logger.warn('compaction put off', { reason: messageOf(error) })
    }
  }
}
