// The -wal file: how commits get from there to the disk, and how it stays small. A commit (WAL, synchronous=NORMAL)
// puts rows into the operating system's hands in microseconds; the disk is reached by fdatasync of this file on a
// descriptor of our own, in the thread pool, so that it holds back nobody. Across a checkpoint the promise holds by
// SQLite's own rule for NORMAL: it syncs the WAL before copying, the main file after, and only then may the WAL be
// written anew or be emptied. It stays the same file all along.
import type { FileHandle } from 'node:fs/promises'
import type { Checkpointer, CheckpointMode } from './checkpointer.ts'
import type { SyncFile } from './sync-file.ts'

/** Every commit writes at least one page and what is said of it. */
const page = 4096 + 24
/** So much of it is copied into the main file, which lets SQLite begin it anew as soon as nobody writes for a moment. */
const copiedAt = 8 << 20
/** Where nobody ever pauses, all wait for a moment once it is so large. */
const emptiedAt = 12 << 20

export class Wal {
  private readonly file: FileHandle
  private readonly sync: SyncFile
  private readonly checkpointer: Checkpointer
  private commits = 0
  private durable = 0
  private running: Promise<void> | null = null
  private next: Promise<void> | null = null
  /** After a failed fdatasync the kernel may call lost pages clean: only a full checkpoint can be believed then. */
  private distrusted = false
  private written = 0
  private pendingUnlock: Promise<unknown> | null = null

  constructor(file: FileHandle, sync: SyncFile, checkpointer: Checkpointer) {
    this.file = file
    this.sync = sync
    this.checkpointer = checkpointer
  }

  /** While the other thread holds the write lock: what ends then. A commit would block this thread for as long. */
  get locked(): Promise<unknown> | null {
    return this.pendingUnlock
  }

  /** A commit with so many bytes was made. */
  committed(bytes: number): void {
    this.commits++
    this.written += page + bytes
    if (this.written < copiedAt) return
    this.written = 0
    // A checkpoint that fails is no loss: the WAL still has everything, and the next one tries again.
    this.relieve().catch(() => (this.written = copiedAt / 2))
  }

  /** Resolves when everything committed before the call is on the disk. */
  synced(): Promise<void> {
    if (this.durable === this.commits) return Promise.resolve()
    if (!this.running) {
      this.running = this.reachDisk().finally(() => (this.running = null))
      return this.running
    }
    // One sync is under way and may have missed the last rows; one more covers everybody who asks meanwhile.
    const again = (): Promise<void> => {
      this.next = null
      return this.synced()
    }
    this.next ??= this.running.then(again, again)
    return this.next
  }

  /** Puts all of it into the main file, and leaves it empty. */
  async empty(): Promise<void> {
    // Most of the work holds back nobody; what comes meanwhile is little.
    await this.checkpointer.run('PASSIVE')
    await this.alone('TRUNCATE')
  }

  /** Makes the main file as small as what is in it. */
  async shrink(): Promise<void> {
    // A log that could not be prepared for it gives nothing back.
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
    // Whoever waits for the lock goes on, however this ends.
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
