// The file peer of a room: writes the document to its .ipynb a moment after each change, and brings in what another
// program put there. The digest of the file decides what is whose, not its time and not a flag; so our own writes
// never come back.
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readOutside } from '../../shared/ipynb/outside.ts'
import { listCells, readNotebook, visibleCells } from '../../shared/notebook/read.ts'
import { asksForFile, type FileStatus } from '../../shared/presence.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { Base, LogStore } from '../log/store.ts'
import { messageOf, type Logger } from '../logger.ts'
import type { Room } from '../sync/room.ts'
import type { Peer, PeerFactory } from '../sync/rooms.ts'
import { stage, writeAtomically } from './atomic.ts'
import { AwaitedBlobs } from './awaited-blobs.ts'
import type { Exclusive, Lock } from './exclusive.ts'
import { digestOf, type Content, type Folder } from './folder.ts'
import { isByGit } from './git.ts'
import { applyEdit, keepEdit } from './outside-edit.ts'
import { ending, ownFolder, parsePath, type NotebookPath } from './path.ts'
import type { SnapshotTimes } from './times.ts'
import type { Versions } from './versions.ts'
import { watchPath } from './watch.ts'

export interface SnapshotParts {
  readonly folder: Folder
  readonly log: LogStore
  readonly versions: Versions
  readonly blobs: Blobs
  /** Held with the docId while a file is compared, merged and replaced. */
  readonly exclusive: Exclusive
  readonly times: SnapshotTimes
  readonly logger: Logger
  /** The file is gone from its place: goes after it where it was moved, and tells whether it was. */
  readonly follow: (
    docId: string,
    was: { readonly inode: bigint | null; readonly digest: string | null },
  ) => Promise<boolean>
}

export const snapshots =
  (parts: SnapshotParts): PeerFactory =>
  (room) =>
    new Snapshots(room, parts)

const removed = 'the file was removed'
/** Milliseconds between two saves of a program that keeps saving. */
const severalWithin = 60_000

class Snapshots implements Peer {
  readonly #room: Room
  readonly #parts: SnapshotParts
  /** Digest of the file as we last wrote or read it; null where there was none. */
  #known: string | null = null
  #inode: bigint | null = null
  /** Cells the file had when we last wrote or read it. */
  #cells: readonly string[] = []
  /** While the file cannot be merged or may not be written: where our version lies, in the notebooks folder. */
  #kept: string | null = null
  /** The file was removed, and is written back only when somebody asks. */
  #gone = false
  readonly #awaited: AwaitedBlobs
  #dirty = false
  #firstChange = 0
  /** When another program last wrote the file, in milliseconds since 1970. */
  #outsideAt = 0
  /** And the time before. */
  #outsideBefore = 0
  #timer: NodeJS.Timeout | null = null
  #settling: NodeJS.Timeout | null = null
  #retryIn: number
  #working: Promise<void>
  #disposed = false
  #watched = ''
  #unwatch: () => void = () => undefined
  readonly #onUpdate = (): void => this.#changed()
  readonly #onPresence = (): void => this.#hear()

  constructor(room: Room, parts: SnapshotParts) {
    this.#room = room
    this.#parts = parts
    this.#retryIn = parts.times.retry
    this.#awaited = new AwaitedBlobs(parts.blobs, parts.times.blobs, () => this.#changed())
    room.doc.on('update', this.#onUpdate)
    room.awareness.on('change', this.#onPresence)
    // Before the first look: a change made between the two would never be told.
    this.#watch()
    this.#working = this.#exclusively((lock) => this.#look(lock))
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    this.#unwatch()
    this.#room.doc.off('update', this.#onUpdate)
    this.#room.awareness.off('change', this.#onPresence)
    for (const timer of [this.#timer, this.#settling]) if (timer) clearTimeout(timer)
    this.#awaited.end()
    await this.#working
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
    this.#schedule(Math.max(0, Math.min(quiet, this.#firstChange + atMost - now), this.#pauseLeft()))
  }

  /**
   * How long the other program must still be quiet. One that keeps saving what people do in it (jupyter-collaboration)
   * takes any file that is not its own for the whole truth, and drops what they did since its last save.
   */
  #pauseLeft(): number {
    const { pause, longPause } = this.#parts.times
    const keepsSaving = this.#outsideAt - this.#outsideBefore < severalWithin
    return Math.max(0, this.#outsideAt + (keepsSaving ? longPause : pause) - Date.now())
  }

  #schedule(delay: number): void {
    if (this.#disposed) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#next(() => this.#write())
    }, delay)
  }

  #next(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => this.#fail(messageOf(error)))
  }

  /** A failure is told and tried again; it does not reject. */
  async #exclusively(work: (lock: Lock) => Promise<void>): Promise<void> {
    try {
      await this.#parts.exclusive.run(this.#room.docId, work)
      this.#retryIn = this.#parts.times.retry
    } catch (error) {
      this.#fail(messageOf(error))
    }
    // What was done to the file at its new place before it was watched there.
    if (this.#watch()) this.#compareIn(this.#parts.times.settle)
  }

  #fail(reason: string): void {
    this.#dirty = true
    this.#parts.logger.warn('the file is not written', { docId: this.#room.docId, reason })
    this.#tell('failed', { reason })
    this.#schedule(this.#retryIn)
    this.#retryIn = Math.min(this.#retryIn * 2, this.#parts.times.retryAtMost)
  }

  #tell(status: 'written' | 'failed', more: Pick<FileStatus, 'reason' | 'gone'> = {}): void {
    const { file } = this.#room
    // The same bytes written again are nothing to tell anybody of.
    if (status === 'written' && file.status === 'written' && file.digest === this.#known) return
    const digest = this.#known === null ? {} : { digest: this.#known }
    this.#room.tell({ file: { status, at: Date.now(), ...more, ...digest } })
  }

  /** Whether the file lies elsewhere now, after a rename, and is watched there from here on. */
  #watch(): boolean {
    const { path } = this.#room
    if (this.#disposed || this.#watched === path) return false
    this.#unwatch()
    this.#watched = path
    this.#unwatch = watchPath(join(this.#parts.folder.root, ...path.split('/')), () => {
      // Programs write in several steps: the file is read when they are through.
      this.#compareIn(this.#parts.times.settle)
    })
    return true
  }

  /** On opening: is the file the one we wrote last, and does it hold all that the log holds? */
  async #look(lock: Lock): Promise<void> {
    const { folder, log } = this.#parts
    if (this.#room.record.binned !== null) return
    this.#cells = visibleCells(this.#room.doc)
    const bases = await log.bases(this.#room.docId)
    const file = await folder.read(this.#path())
    if (!file) {
      this.#known = bases.findLast((base) => base.written)?.digest ?? null
      this.#lose()
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
    if (!base) return this.#merge(lock, file)
    this.#know(base.digest, await folder.inode(this.#path()))
    if (Buffer.compare(base.state, this.#room.state) !== 0) this.#changed()
    else if (!this.#dirty) this.#tell('written')
  }

  /** Something touched the file. */
  async #compare(): Promise<void> {
    const { folder, follow, times } = this.#parts
    if (this.#disposed || this.#room.record.binned !== null) return
    const missing = (await folder.inode(this.#path())) === null
    if (missing && !this.#gone) {
      // Some programs remove a file before they write it anew.
      await new Promise((resolve) => setTimeout(resolve, times.settle))
      if (this.#disposed) return
      if (await follow(this.#room.docId, { inode: this.#inode, digest: this.#known })) this.#watch()
    }
    await this.#exclusively(async (lock) => {
      if (this.#room.record.binned !== null) return
      const file = await folder.read(this.#path())
      if (!file && !missing) this.#compareIn(times.settle)
      else if (!file) this.#lose()
      else if (file.digest !== this.#known) await this.#merge(lock, file)
      else {
        // While it was away, or could not be merged, there was nothing to write to.
        const [wasLeft, inode] = [this.#gone || this.#kept !== null, await folder.inode(this.#path())]
        this.#know(file.digest, inode)
        if (wasLeft || !this.#upToDate()) this.#changed()
        else this.#tell('written')
      }
    })
  }

  #lose(): void {
    if (!this.#gone) this.#tell('failed', { reason: removed, gone: true })
    this.#gone = true
    // A folder that comes back brings it along without a word.
    this.#compareIn(this.#parts.times.retry)
  }

  #compareIn(delay: number): void {
    if (this.#disposed) return
    if (this.#settling) clearTimeout(this.#settling)
    this.#settling = setTimeout(() => {
      this.#settling = null
      this.#next(() => this.#compare())
    }, delay)
  }

  /** Somebody wants the removed file back. */
  #hear(): void {
    if (!this.#gone || ![...this.#room.awareness.getStates().values()].some(asksForFile)) return
    this.#next(async () => {
      if (!this.#gone) return
      this.#gone = false
      this.#known = null
      await this.#write()
    })
  }

  #know(digest: string, inode: bigint | null): void {
    this.#known = digest
    this.#inode = inode
    this.#kept = null
    this.#gone = false
  }

  /** Another program wrote the file: its edit comes into the document, as one more person's would. */
  async #merge(lock: Lock, file: Content): Promise<void> {
    const { folder, versions, blobs, logger } = this.#parts
    const { docId } = this.#room
    const read = readOutside(file.bytes)
    if (!read.ok) return this.#keep(`the file cannot be read: ${read.reason}`)
    const edit = await keepEdit(blobs, read, file.digest)
    const [known, followed] = [await versions.written(docId), await isByGit(folder.root, this.#path())]
    const { marks, state } = applyEdit(lock, this.#room, edit, known, { followed })
    this.#room.storeBase({ digest: file.digest, state, time: 0, written: true, outside: true })
    ;[this.#outsideBefore, this.#outsideAt] = [this.#outsideAt, Date.now()]
    await this.#room.stored()
    this.#know(file.digest, await folder.inode(this.#path()))
    this.#cells = visibleCells(this.#room.doc)
    logger.info('an edit of the file came in', { docId, marks: marks.size })
    this.#changed()
    // Where the file says all there is, that is told at once.
    this.#schedule(0)
  }

  async #write(): Promise<void> {
    await this.#exclusively(async (lock) => {
      if (this.#room.record.binned !== null) return
      this.#dirty = false
      if (this.#gone) return
      // An update of this very millisecond may be missing in the state.
      const time = Date.now() - 1
      const { state, doc } = this.#room
      const { text, missing } = await fileText(readNotebook(doc), this.#parts.blobs)
      if (this.#waitsFor(missing)) return
      const digest = digestOf(text)
      const lost = this.#lost()
      if (lost > 0) return this.#keep(`${lost} cells are gone that nobody deleted`)
      if (digest === this.#known && this.#kept === null) return this.#written(digest)
      const left = this.#pauseLeft()
      if (left > 0 && !this.#disposed) {
        this.#dirty = true
        return this.#schedule(left)
      }
      await this.#replace(lock, text, { digest, state, time, written: false, outside: false })
    })
  }

  /** Whether the file is to be written later, when the blobs it lacks are there. */
  #waitsFor(missing: readonly string[]): boolean {
    const left = this.#awaited.left(missing)
    if (left <= 0 || this.#disposed) return false
    this.#dirty = true
    this.#schedule(left)
    return true
  }

  /** How many of the file's cells are in the document no more, where that is most of them; else 0. */
  #lost(): number {
    const there = new Set<string>(listCells(this.#room.doc).map(({ id }) => id))
    const lost = this.#cells.filter((id) => !there.has(id)).length
    return lost * 2 > this.#cells.length ? lost : 0
  }

  async #replace(lock: Lock, text: string, base: Base): Promise<void> {
    const { folder, log } = this.#parts
    const { digest } = base
    // Looked at first, so that a file that stays foreign does not fill the log with versions that never were.
    if (await this.#isForeign(lock, digest)) return
    const path = this.#path()
    if (!(await folder.mayWrite(path))) throw new Error('the file is read-only')
    const staged = await stage(await folder.place(path), text)
    try {
      // Before the rename: after a crash in between, our own file must not look like somebody else's.
      await log.addBase(this.#room.docId, base)
      await log.synced()
      if (await this.#isForeign(lock, digest)) return
      await staged.commit()
    } finally {
      await staged.discard()
    }
    this.#know(digest, await folder.inode(path))
    this.#written(digest)
    await log.baseWritten(this.#room.docId, digest)
  }

  /** Whether the file is not the one we know, nor what we are about to write; then it has been seen to. */
  async #isForeign(lock: Lock, digest: string): Promise<boolean> {
    const file = await this.#parts.folder.read(this.#path())
    if (file === null && this.#known !== null) {
      // Removed, or moved: that is looked into first, and written where it lies then.
      this.#dirty = true
      this.#compareIn(this.#parts.times.settle)
    } else if (file !== null && file.digest !== this.#known && file.digest !== digest)
      await this.#merge(lock, file)
    else return false
    return true
  }

  #written(digest: string): void {
    this.#known = digest
    this.#cells = visibleCells(this.#room.doc)
    if (this.#upToDate()) this.#tell('written')
  }

  /** Whether nothing has come since the last write, what has just been received included. */
  #upToDate(): boolean {
    this.#room.apply()
    return !this.#dirty
  }

  /** The file stays as it is, and our version goes beside it, outside of what people list. */
  async #keep(reason: string): Promise<void> {
    const { folder, logger } = this.#parts
    const name = this.#path().slice(0, -ending.length)
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
    const kept = this.#kept ?? `kept/${name} ${stamp}${ending}`
    const target = join(folder.own(), ...kept.split('/'))
    await mkdir(dirname(target), { recursive: true })
    const { text } = await fileText(readNotebook(this.#room.doc), this.#parts.blobs)
    await writeAtomically(target, text)
    this.#kept = kept
    logger.warn('the file is left alone', { docId: this.#room.docId, reason })
    this.#tell('failed', {
      reason: `${reason}; it is left alone, and this version is in ${ownFolder}/${kept}`,
    })
  }

  #path(): NotebookPath {
    const path = parsePath(this.#room.path)
    if (!path) throw new Error('a document in the log has no usable path')
    return path
  }
}
