// The -wal file: how commits reach the disk, and how it stays small. A commit (WAL, synchronous=NORMAL) hands rows to
// the operating system in microseconds; fdatasync of this file, on our own descriptor and in the thread pool, brings
// them to disk without blocking anybody. Across a checkpoint the guarantee holds by SQLite's rule for NORMAL: it syncs
// the WAL before copying, the main file afterwards, and only then may the WAL be overwritten or emptied. It stays the
// same file throughout.
import type { FileHandle } from 'node:fs/promises'
import type { Checkpointer, CheckpointMode } from './checkpointer.ts'
import type { SyncFile } from './sync-file.ts'

/** Every commit writes at least one page and its header. */
const page = 4096 + 24
/**
 * At this size it is copied into the main file, after which SQLite restarts it as soon as nobody writes for a moment.
 */
const copiedAt = 8 << 20
/** At this size, if nobody ever pauses, writes are blocked for a moment. */
const emptiedAt = 12 << 20

export class Wal {
  private commits = 0
  private durable = 0
  private running: Promise<void> | null = null
  private next: Promise<void> | null = null
  /** After a failed fdatasync the kernel may report lost pages as clean: then only a full checkpoint is reliable. */
  private distrusted = false
  private written = 0
  private pendingUnlock: Promise<unknown> | null = null

  constructor(
    private readonly file: FileHandle,
    private readonly sync: SyncFile,
    private readonly checkpointer: Checkpointer,
  ) {}

  /** While the other thread holds the write lock: resolves when it ends. A commit would block this thread as long. */
  get locked(): Promise<unknown> | null {
    return this.pendingUnlock
  }

  /** A commit of this many bytes was made. */
  committed(bytes: number): void {
    this.commits++
    this.written += page + bytes
    if (this.written < copiedAt) return
    this.written = 0
    // A failed checkpoint loses nothing: the WAL still has everything, and the next one retries.
    this.relieve().catch(() => (this.written = copiedAt / 2))
  }

  /** Resolves when everything committed before the call is on disk. */
  synced(): Promise<void> {
    if (this.durable === this.commits) return Promise.resolve()
    if (!this.running) {
      this.running = this.reachDisk().finally(() => (this.running = null))
      return this.running
    }
    // A running sync may miss the last rows; one more covers all callers meanwhile.
    const again = (): Promise<void> => {
      this.next = null
      return this.synced()
    }
    this.next ??= this.running.then(again, again)
    return this.next
  }

  /** Copies all of it into the main file, and empties it. */
  async empty(): Promise<void> {
    // Most of the work blocks nobody; what arrives meanwhile is little.
    await this.checkpointer.run('PASSIVE')
    await this.alone('TRUNCATE')
  }

  /** Shrinks the main file to its content. */
  async shrink(): Promise<void> {
    // A log that could not be prepared for this returns nothing.
    for (let [left, before] = [Infinity, Infinity]; left > 0; before = left) {
      left = await this.alone('VACUUM')
      if (left >= before) break
    }
    await this.empty()
  }

  async close(): Promise<void> {
    try {
      await this.synced()
      await this.alone('TRUNCATE')
    } finally {
      await this.checkpointer.end()
      await this.file.close()
    }
  }

  private async relieve(): Promise<void> {
    await this.checkpointer.run('PASSIVE')
    const { size } = await this.file.stat()
    if (size >= emptiedAt) await this.alone('TRUNCATE')
  }

  private async alone(mode: CheckpointMode): Promise<number> {
    while (this.pendingUnlock) await this.pendingUnlock
    const done = this.checkpointer.run(mode)
    // Waiters for the lock continue, however this ends.
    const locked = done.catch(() => 0).then(() => (this.pendingUnlock = null))
    this.pendingUnlock = locked
    const left = await done
    await locked
    return left
  }

  private async reachDisk(): Promise<void> {
    const commits = this.commits
    try {
      if (this.distrusted) await this.alone('TRUNCATE')
      await this.sync(this.file.fd)
    } catch (error) {
      this.distrusted = true
      throw error
    }
    this.distrusted = false
    this.durable = commits
  }
}
