// The file peer of a room: writes the document to its .ipynb a moment after each change, and never over something
// that another program put there. The digest of the file decides, not its time and not a flag.
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { readNotebook } from '../../shared/notebook/read.ts'
import type { Base, LogStore } from '../log/store.ts'
import { messageOf, type Logger } from '../logger.ts'
import type { Room } from '../sync/room.ts'
import type { Peer, PeerFactory } from '../sync/rooms.ts'
import { stage, writeAtomically } from './atomic.ts'
import type { Exclusive } from './exclusive.ts'
import { digestOf, type Folder } from './folder.ts'
import { ending, ownFolder, parsePath, type NotebookPath } from './path.ts'

/** All in milliseconds. */
export interface SnapshotTimes {
  /** A file is written when no change came for so long, */
  readonly quiet: number
  /** but at most so long after the first. */
  readonly atMost: number
  /** The first retry after a failure; each further one waits twice as long, up to `retryAtMost`. */
  readonly retry: number
  readonly retryAtMost: number
}

export const usualTimes: SnapshotTimes = { quiet: 1000, atMost: 5000, retry: 1000, retryAtMost: 30_000 }

export interface SnapshotParts {
  readonly folder: Folder
  readonly log: LogStore
  /** Held with the docId while a file is compared and replaced. */
  readonly exclusive: Exclusive
  readonly times: SnapshotTimes
  readonly logger: Logger
}

export const snapshots =
  (parts: SnapshotParts): PeerFactory =>
  (room) =>
    new Snapshots(room, parts)

class Snapshots implements Peer {
  readonly #room: Room
  readonly #parts: SnapshotParts
  /** Digest of the file as we wrote or first read it; null where there was none. */
  #known: string | null = null
  /** While the file is somebody else's: where our version lies, relative to the notebooks folder. */
  #kept: string | null = null
  #dirty = false
  #firstChange = 0
  #timer: NodeJS.Timeout | null = null
  #retryIn: number
  #writing: Promise<void>
  #disposed = false
  readonly #onUpdate = (): void => this.#changed()

  constructor(room: Room, parts: SnapshotParts) {
    this.#room = room
    this.#parts = parts
    this.#retryIn = parts.times.retry
    room.doc.on('update', this.#onUpdate)
    this.#writing = this.#exclusively(() => this.#look())
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    this.#room.doc.off('update', this.#onUpdate)
    if (this.#timer) clearTimeout(this.#timer)
    await this.#writing
    if (this.#dirty) await this.#write()
  }

  #changed(): void {
    const now = Date.now()
    if (!this.#dirty) this.#firstChange = now
    this.#dirty = true
    const { status, ...file } = this.#room.file
    if (status === 'written') this.#room.tell({ file: { ...file, status: 'pending', at: now } })
    // After a failure the retry is on its way, and says itself when it succeeds.
    if (status === 'failed' && this.#timer) return
    const { quiet, atMost } = this.#parts.times
    this.#schedule(Math.max(0, Math.min(quiet, this.#firstChange + atMost - now)))
  }

  #schedule(delay: number): void {
    if (this.#disposed) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#writing = this.#writing.then(() => this.#write())
    }, delay)
  }

  /** A failure is told and tried again; it does not reject. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    try {
      await this.#parts.exclusive.run(this.#room.docId, work)
      this.#retryIn = this.#parts.times.retry
    } catch (error) {
      this.#fail(messageOf(error))
    }
  }

  #fail(reason: string): void {
    this.#dirty = true
    this.#parts.logger.warn('the file is not written', { docId: this.#room.docId, reason })
    this.#tell('failed', reason)
    this.#schedule(this.#retryIn)
    this.#retryIn = Math.min(this.#retryIn * 2, this.#parts.times.retryAtMost)
  }

  #tell(status: 'written' | 'failed', reason?: string): void {
    this.#room.tell({
      file: {
        status,
        at: Date.now(),
        ...(reason === undefined ? {} : { reason }),
        ...(this.#known === null ? {} : { digest: this.#known }),
      },
    })
  }

  /** On opening: is the file the one we wrote last, and does it hold all that the log holds? */
  async #look(): Promise<void> {
    const { folder, log } = this.#parts
    if (this.#room.record.binned !== null) return
    const bases = await log.bases(this.#room.docId)
    const file = await folder.read(this.#path())
    if (!file) {
      this.#fail('the file was removed; it is written again')
      return
    }
    // A crash may have come between a base and its rename, so what follows the last written one may be there too.
    const ours = bases.slice(
      Math.max(
        0,
        bases.findLastIndex((base) => base.written),
      ),
    )
    const base = ours.find((candidate) => candidate.digest === file.digest)
    this.#known = base?.digest ?? null
    if (base && Buffer.compare(base.state, this.#room.state) === 0) {
      if (!this.#dirty) this.#tell('written')
      return
    }
    this.#changed()
  }

  async #write(): Promise<void> {
    await this.#exclusively(async () => {
      if (this.#room.record.binned !== null) return
      this.#dirty = false
      // An update of this very millisecond may be missing in the state.
      const time = Date.now() - 1
      const { state } = this.#room
      const text = formatNotebook(readNotebook(this.#room.doc))
      const digest = digestOf(text)
      if (digest === this.#known && this.#kept === null) {
        this.#written(digest)
        return
      }
      await this.#replace(text, { digest, state, time })
    })
  }

  async #replace(text: string, base: Omit<Base, 'written'>): Promise<void> {
    const { folder, log } = this.#parts
    const { digest } = base
    const path = this.#path()
    const staged = await stage(await folder.place(path), text)
    try {
      // Before the rename: after a crash in between, our own file must not look like somebody else's.
      await log.addBase(this.#room.docId, base)
      await log.synced()
      const file = await folder.read(path)
      if (file && file.digest !== this.#known && file.digest !== digest) {
        await this.#keep(text)
        return
      }
      await staged.commit()
    } finally {
      await staged.discard()
    }
    this.#written(digest)
    await log.baseWritten(this.#room.docId, digest)
  }

  #written(digest: string): void {
    this.#known = digest
    this.#kept = null
    if (!this.#dirty) this.#tell('written')
  }

  /** The file is somebody else's: it stays, and our version goes beside it, outside of what people list. */
  async #keep(text: string): Promise<void> {
    const { folder, logger } = this.#parts
    const name = this.#path().slice(0, -ending.length)
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
    const kept = this.#kept ?? `kept/${name} ${stamp}${ending}`
    const target = join(folder.own(), ...kept.split('/'))
    await mkdir(dirname(target), { recursive: true })
    await writeAtomically(target, text)
    this.#kept = kept
    logger.warn('the file was changed by something else; left alone', { docId: this.#room.docId })
    this.#tell(
      'failed',
      `something else changed the file; it is left alone, and this version is in ${ownFolder}/${kept}`,
    )
  }

  #path(): NotebookPath {
    const path = parsePath(this.#room.path)
    if (!path) throw new Error('a document in the log has no usable path')
    return path
  }
}
