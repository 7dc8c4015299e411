// The open rooms. A room is loaded once, before its first answer, and leaves memory only after its last write is
// stored. Each room gets its peers here: file peer, model peer, whatever main.ts composes.
import type { GroupCommit } from '../log/group-commit.ts'
import type { DocumentRecord } from '../log/document-catalogue.ts'
import type { Log } from '../log/log.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import { Room } from './room.ts'

/** Acts on a room's document inside the relay. */
export interface Peer {
  /** Finishes current work and releases the room. It may write to the document a last time. */
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
  readonly unloadDelay: number
}

interface OpenRoom {
  readonly room: Room
  readonly peers: readonly Peer[]
  /** Updates it was made of. */
  readonly read: number
}

/** Thresholds of logged updates after which compaction is considered. */
const compactAfter = { updates: 1000, bytes: 32 << 10 }

export class Rooms {
  private readonly rooms = new Map<string, Promise<OpenRoom>>()
  /** The same rooms, once loaded. */
  private readonly loaded = new Map<string, OpenRoom>()
  private readonly unloading = new Map<string, NodeJS.Timeout>()
  private readonly closing = new Map<string, Promise<void>>()
  /** Per document, since compaction was last considered, and whether it was requested. */
  private readonly written = new Map<string, { updates: number; bytes: number; requested: boolean }>()
  private compacting: Promise<void> = Promise.resolve()
  private closed = false

  constructor(private readonly options: RoomsOptions) {}

  /** Runs `work` with the document's room, which stays open until it has settled. */
  async use<T>(record: DocumentRecord, work: (room: Room) => T | Promise<T>): Promise<T> {
    for (;;) {
      await this.closing.get(record.docId)
      if (this.closed) throw new Error('the relay is stopping')
      let loading = this.rooms.get(record.docId)
      if (!loading) this.rooms.set(record.docId, (loading = this.load(record)))
      const loaded = await loading
      // It may have begun to close meanwhile.
      if (this.closing.has(record.docId) || this.loaded.get(record.docId) !== loaded) continue
      const release = loaded.room.hold()
      try {
        return await work(loaded.room)
      } finally {
        release()
      }
    }
  }

  /** A document was renamed, deleted or restored; its room, if open, notifies its pages. */
  moved(record: DocumentRecord): void {
    this.loaded.get(record.docId)?.room.moved(record)
  }

  /** Whether the document is open. */
  isOpen(docId: string): boolean {
    const room = this.loaded.get(docId)?.room
    return room === undefined ? this.rooms.has(docId) : !room.unused
  }

  /** Why the log's disk fails; null when it works again. */
  error(reason: string | null): void {
    for (const { room } of this.loaded.values()) room.setStatus({ disk: reason })
  }

  closeAll(code: number, reason: string): void {
    for (const { room } of this.loaded.values()) room.closeAll(code, reason)
  }

  /** Lets every peer finish and drops all rooms. What peers write is in the group commit afterwards. */
  async close(): Promise<void> {
    this.closed = true
    for (const timer of this.unloading.values()) clearTimeout(timer)
    this.unloading.clear()
    await Promise.all(this.closing.values())
    // One that cannot be loaded has no peers.
    await Promise.allSettled(this.rooms.values())
    const loaded = [...this.loaded.values()]
    await Promise.all(loaded.map(({ peers }) => this.dispose(peers)))
    await this.compacting
    for (const { room } of loaded) room.destroy()
    this.rooms.clear()
    this.loaded.clear()
  }

  private async load(record: DocumentRecord): Promise<OpenRoom> {
    const { log, commit, instance, peers, logger } = this.options
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
      if (commit.trouble) room.setStatus({ disk: commit.trouble })
      const loaded: OpenRoom = { room, peers: peers.map((create) => create(room)), read: history.length }
      this.loaded.set(record.docId, loaded)
      return loaded
    } catch (error) {
      this.rooms.delete(record.docId)
      throw error
    }
  }

  private unused(docId: string): void {
    if (this.unloading.has(docId) || this.closing.has(docId)) return
    const timer = setTimeout(() => {
      this.unloading.delete(docId)
      void this.unload(docId)
    }, this.options.unloadDelay)
    timer.unref()
    this.unloading.set(docId, timer)
  }

  private async unload(docId: string): Promise<void> {
    const loaded = this.loaded.get(docId)
    // While the disk fails the room stays, and can be joined.
    if (!loaded?.room.unused || !(await this.options.commit.settled())) return
    if (!loaded.room.unused || this.loaded.get(docId) !== loaded || this.closing.has(docId)) return
    const closing = (async () => {
      await this.dispose(loaded.peers)
      await this.options.commit.settled()
      // Nobody waits for the compaction now.
      const written = this.written.get(docId)?.updates ?? 0
      if (loaded.read + written >= compactAfter.updates / 2) this.compactLater(docId)
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
        this.options.logger.error('a peer failed to stop', { reason: messageOf(error) })
      }
    }
  }

  private countWritten(docId: string, more: number): void {
    const { updates, bytes, requested } = this.written.get(docId) ?? {
      updates: 0,
      bytes: 0,
      requested: false,
    }
    const isMuch = updates + 1 >= compactAfter.updates || bytes + more >= compactAfter.bytes
    this.written.set(docId, { updates: updates + 1, bytes: bytes + more, requested: isMuch })
    if (isMuch && !requested) this.compactLater(docId)
  }

  private compactLater(docId: string): void {
    this.compacting = this.compacting.then(() => this.compact(docId))
  }

  private async compact(docId: string): Promise<void> {
    const loaded = this.loaded.get(docId)
    this.written.delete(docId)
    if (!loaded || this.options.commit.trouble) return
    try {
      const { updates, bytes } = await this.options.log.updates.tail(docId)
      const { state } = loaded.room
      // Some updates may not be in the log yet. A few large ones, such as those of runs, count by their size.
      if (updates < compactAfter.updates / 2 && bytes < Math.max(compactAfter.bytes / 2, state.length)) return
      await this.options.log.updates.compact(docId, state)
    } catch (error) {
      this.options.logger.warn('compaction postponed', { reason: messageOf(error) })
    }
  }
}
