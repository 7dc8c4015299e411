// The file peer of a room: writes the document to its .ipynb shortly after each change, and merges edits by other
// programs. It observes file and document, runs the action from decide.ts, and alone sets the file status on every
// page.
import type { OutsideFile } from '../../shared/ipynb/outside.ts'
import { readNotebook, visibleCells } from '../../shared/notebook/document/read.ts'
import { wantsWriteBack } from '../../shared/presence.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { Log } from '../log/log.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import type { Room } from '../sync/room.ts'
import type { RoomEvent } from '../sync/room-events.ts'
import type { Peer, PeerFactory } from '../sync/rooms.ts'
import { MissingBlobs } from './missing-blobs.ts'
import { decide, glance, type Action } from './decide.ts'
import type { Git } from './git.ts'
import { gitBase } from './git-base.ts'
import type { KeyedLock, Lock } from './keyed-lock.ts'
import * as after from './file-state.ts'
import type { FileState, KnownFile } from './file-state.ts'
import { openFile, pathOf, seeFile, takeSnapshot, type File, type Snapshot } from './observe.ts'
import { applyEdit, keepEdit } from './outside-edit.ts'
import { ownPath, type Content, type NotebookFiles } from './notebook-files.ts'
import { ending } from './path.ts'
import { recordOwn } from './own-revision.ts'
import type { SnapshotTimes } from './file-peer-times.ts'
import type { RevisionCache } from './revision-cache.ts'
import type { SeenFiles } from './seen-files.ts'
import { steadyNow } from '../steady-clock.ts'

export interface FilePeerOptions {
  readonly files: NotebookFiles
  readonly git: Git
  readonly log: Log
  readonly versions: RevisionCache
  readonly blobs: Blobs
  /** Held with the docId while checking the file and acting on it. */
  readonly exclusive: KeyedLock
  readonly times: SnapshotTimes
  readonly logger: Logger
  readonly seenFiles: SeenFiles
  /** The file is missing: follows it if it was moved, and returns whether it was. */
  readonly follow: (
    docId: string,
    was: { readonly identity: string | null; readonly digest: string | null },
  ) => Promise<boolean>
}

export const createFilePeer =
  (options: FilePeerOptions): PeerFactory =>
  (room) =>
    new FilePeer(room, options)

const needed = <T>(value: T | null): T => {
  if (value === null) throw new Error('the action needs a file or snapshot that was not read')
  return value
}

class FilePeer implements Peer {
  private readonly awaited: MissingBlobs
  private state = after.unseen
  private published = ''
  private timer: NodeJS.Timeout | null = null
  private working: Promise<void>
  private watching = { path: '', end: (): void => undefined }
  private readonly offRoom: () => void
  private readonly onPresence = (): void => this.presenceChanged()

  constructor(
    private readonly room: Room,
    private readonly options: FilePeerOptions,
  ) {
    this.awaited = new MissingBlobs(options.blobs, options.times.blobs, () => this.happened('changed'))
    this.offRoom = room.events.on((event) => this.happened(event))
    room.awareness.on('change', this.onPresence)
    this.set(this.state)
    // Before the first check: a change between the two would be missed.
    this.watch()
    this.working = this.attend()
  }

  async dispose(): Promise<void> {
    this.room.apply()
    this.set({ ...this.state, ending: true })
    this.watching.end()
    this.offRoom()
    this.room.awareness.off('change', this.onPresence)
    this.awaited.end()
    await this.working
    if (after.isAhead(this.state)) await this.attend()
    this.options.seenFiles.see(this.room.docId, null)
  }

  /** The only place where the state changes; status and timer are derived from it. */
  private set(state: FileState): void {
    this.state = state
    this.options.seenFiles.see(this.room.docId, state.known)
    const status = after.statusOf(state)
    const shown = JSON.stringify(status)
    // An unchanged status is not sent.
    if (shown !== this.published) this.room.setStatus({ file: { ...status, at: Date.now() } })
    this.published = shown
    if (this.timer !== null) clearTimeout(this.timer)
    const at = after.nextLook(state)
    const wake = (): void => {
      this.timer = null
      this.working = this.working.then(() => this.attend())
    }
    this.timer = at === null ? null : setTimeout(wake, at - steadyNow())
  }

  private happened(event: RoomEvent): void {
    switch (event) {
      case 'received':
        if (!this.state.received) this.set({ ...this.state, received: true })
        return
      case 'changed':
        return this.set(after.changed(this.state, steadyNow(), this.options.times))
      case 'applied':
        if (this.state.received) this.set({ ...this.state, received: false })
        return
      case 'moved':
        this.watch()
        // The file may have changed at its new path before it was watched there.
        return this.touched()
      default:
        throw new Error(`unknown event ${String(event satisfies never)}`)
    }
  }

  private presenceChanged(): void {
    if (this.state.place !== 'gone') return
    if ([...this.room.awareness.getStates().values()].some(wantsWriteBack))
      this.set(after.writeRequested(this.state, steadyNow()))
  }

  private touched(): void {
    this.set(after.touched(this.state, steadyNow(), this.options.times))
  }

  private watch(): void {
    const { path } = this.room
    if (this.watching.path === path) return
    this.watching.end()
    this.watching = { path, end: this.options.files.watch(pathOf(this.room), () => this.touched()) }
  }

  /** Does not reject: a failure is shown and retried. */
  private async attend(): Promise<void> {
    const { exclusive, logger, times } = this.options
    const { docId } = this.room
    try {
      // Paths are locked before documents, so a file is searched for without the document's lock.
      while (await exclusive.run(docId, (lock) => this.checkFile(lock))) await this.seek()
    } catch (error) {
      const reason = messageOf(error)
      logger.warn('the file is not written', { docId, reason })
      this.set(after.failed(this.state, reason, steadyNow(), times))
    }
  }

  /** Observes, decides and acts until nothing is left to do. Returns whether to search for the file. */
  private async checkFile(lock: Lock): Promise<boolean> {
    const { files, blobs, times } = this.options
    let content: Content | null = null
    if (this.state.place === 'unseen') {
      if (this.room.record.binned !== null) return false
      const found = await openFile(this.options, this.room)
      this.set(after.opened(this.state, found.opening, steadyNow(), times))
      content = found.content
    }
    for (;;) {
      this.set(after.looking(this.state, steadyNow()))
      const file = await seeFile(files, this.room, this.state, content, times)
      content = null
      if (file.known !== null) this.set(after.found(this.state, file.known))
      let snapshot: Snapshot | null = null
      let action = decide(this.state, file.seen, glance(this.state))
      if (action.type === 'read') {
        this.room.apply()
        snapshot = await takeSnapshot(this.room, blobs, this.awaited, this.state)
        action = decide(this.state, file.seen, snapshot.seen)
      }
      if (action.type === 'seek') return true
      if (!(await this.act(lock, action, file, snapshot))) return false
    }
  }

  private async seek(): Promise<void> {
    const { known } = this.state
    const was = { identity: known?.identity ?? null, digest: known?.digest ?? null }
    const isFollowed = await this.options.follow(this.room.docId, was)
    this.set({ ...this.state, place: isFollowed ? 'there' : 'sought' })
  }

  /** Returns whether to check again at once. */
  private async act(lock: Lock, action: Action, file: File, snapshot: Snapshot | null): Promise<boolean> {
    const { times } = this.options
    const now = steadyNow()
    switch (action.type) {
      case 'merge':
        await this.merge(lock, needed(file.known), needed(file.read), needed(file.content))
        return true
      case 'adopt':
        await this.options.log.revisions.markWritten(this.room.docId, needed(file.known).digest)
        this.set(after.adopted(this.state, needed(file.known)))
        return true
      case 'write': {
        const { text, base, changes, cells } = needed(snapshot)
        this.set(after.trying(this.state, base.digest))
        const { files, log } = this.options
        const { docId } = this.room
        const record = (): Promise<void> => recordOwn(log, docId, base)
        const written = await files.replace(pathOf(this.room), text, file.content, record)
        if (written === null) return true
        await log.revisions.markWritten(docId, base.digest)
        this.set(
          after.agreed(this.state, { digest: base.digest, identity: written.identity }, { changes, cells }),
        )
        return false
      }
      case 'agree':
        this.set(after.agreed(this.state, needed(file.known), snapshot ?? this.state))
        return false
      case 'wait':
        this.set(after.waiting(this.state, action.until))
        return false
      case 'keep':
        await this.keep(action.reason)
        return false
      case 'miss':
        this.set(after.missed(this.state, now, times))
        return false
      case 'lose':
        this.set(after.lost(this.state, now, times))
        return false
      case 'fail':
        throw new Error(action.reason)
      case 'rest':
      case 'read':
      case 'seek':
        return false
      default:
        throw new Error(`unknown action ${String(action satisfies never)}`)
    }
  }

  /** Another program wrote the file: its edit is merged into the document. */
  private async merge(lock: Lock, file: KnownFile, read: OutsideFile, { bytes }: Content): Promise<void> {
    const { git, versions, blobs, logger, times } = this.options
    const { docId } = this.room
    if (!read.ok) throw new Error(`an unreadable file cannot be merged: ${read.reason}`)
    const edit = await keepEdit(blobs, read, file.digest)
    const path = pathOf(this.room)
    const [known, isByGit] = [await versions.written(docId), await git.wrote(path, bytes)]
    const base = isByGit ? await gitBase(git, path, known.at(-1), blobs) : null
    const from = base === null ? known : [base]
    const { marks, state } = applyEdit(lock, this.room, edit, from, { followed: isByGit })
    // In one commit with the changes of the document.
    this.room.storeRevision({ digest: file.digest, state, time: 0, written: true, outside: true })
    const now = steadyNow()
    await this.room.stored()
    // Read first: it applies what was received meanwhile, and that changes the state.
    const cells = visibleCells(this.room.doc)
    this.set(after.merged(this.state, { file, cells, isByGit }, now, times))
    logger.info('merged an outside edit of the file', { docId, marks: marks.size })
  }

  /** Leaves the file alone and writes our revision to the relay's own folder. */
  private async keep(reason: string): Promise<void> {
    const { files, logger } = this.options
    const name = pathOf(this.room).slice(0, -ending.length)
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
    const kept = this.state.kept ?? ownPath('kept', `${name} ${stamp}${ending}`)
    const { text } = await fileText(readNotebook(this.room.doc), this.options.blobs)
    if ((await files.replace(kept, text, await files.read(kept))) === null)
      throw new Error(`${kept} is being written by another program`)
    logger.warn('the file was not overwritten', { docId: this.room.docId, reason })
    const problem = `${reason}; it is left alone, and this version is in ${kept}`
    this.set(after.keptBeside(this.state, kept, problem))
  }
}
