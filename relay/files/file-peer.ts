// The file peer of a room: writes the document to its .ipynb a moment after each change, and brings in what another
// program put there. It sees what file and document are, does what decide.ts says, and tells every page where the file
// stands; nobody else does that.
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { OutsideFile } from '../../shared/ipynb/outside.ts'
import { readNotebook, visibleCells } from '../../shared/notebook/document/read.ts'
import { wantsWriteBack } from '../../shared/presence.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { LogStore } from '../log/store.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import type { Room } from '../sync/room.ts'
import type { RoomEvent } from '../sync/room-events.ts'
import type { Peer, PeerFactory } from '../sync/rooms.ts'
import { writeAtomically } from '../disk/atomic.ts'
import { MissingBlobs } from './missing-blobs.ts'
import { decide, glance, type Action } from './decide.ts'
import type { KeyedLock, Lock } from './keyed-lock.ts'
import * as after from './file-state.ts'
import type { FileState, KnownFile } from './file-state.ts'
import type { Content, Folder } from './folder.ts'
import { isByGit } from './git.ts'
import { openFile, pathOf, seeFile, takeSnapshot, type File, type Snapshot } from './observe.ts'
import { applyEdit, keepEdit } from './outside-edit.ts'
import { ending, ownFolder } from './path.ts'
import { replaceFile } from './replace.ts'
import type { SnapshotTimes } from './file-peer-times.ts'
import type { RevisionCache } from './revision-cache.ts'
import { watchPath } from './watch.ts'

export interface FilePeerOptions {
  readonly folder: Folder
  readonly log: LogStore
  readonly versions: RevisionCache
  readonly blobs: Blobs
  /** Held with the docId during a look and what follows from it. */
  readonly exclusive: KeyedLock
  readonly times: SnapshotTimes
  readonly logger: Logger
  /** The file is gone from its place: goes after it where it was moved, and tells whether it was. */
  readonly follow: (
    docId: string,
    was: { readonly inode: bigint | null; readonly digest: string | null },
  ) => Promise<boolean>
}

export const createFilePeer =
  (parts: FilePeerOptions): PeerFactory =>
  (room) =>
    new FilePeer(room, parts)

const needed = <T>(value: T | null): T => {
  if (value === null) throw new Error('decided on what was not seen')
  return value
}

class FilePeer implements Peer {
  private readonly room: Room
  private readonly parts: FilePeerOptions
  private readonly awaited: MissingBlobs
  private state = after.unseen
  private published = ''
  private timer: NodeJS.Timeout | null = null
  private working: Promise<void>
  private watching = { path: '', end: (): void => undefined }
  private readonly offRoom: () => void
  private readonly onPresence = (): void => this.presenceChanged()

  constructor(room: Room, parts: FilePeerOptions) {
    this.room = room
    this.parts = parts
    this.awaited = new MissingBlobs(parts.blobs, parts.times.blobs, () => this.happened('changed'))
    this.offRoom = room.events.on((event) => this.happened(event))
    room.awareness.on('change', this.onPresence)
    this.set(this.state)
    // Before the first look: a change made between the two would never be told.
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
  }

  /** The only place where the state changes: the pages and the timer follow it. */
  private set(state: FileState): void {
    this.state = state
    const status = after.statusOf(state)
    const said = JSON.stringify(status)
    // The same once more is nothing to tell anybody of.
    if (said !== this.published) this.room.setStatus({ file: { ...status, at: Date.now() } })
    this.published = said
    if (this.timer !== null) clearTimeout(this.timer)
    const at = after.nextLook(state)
    this.timer = at === null ? null : setTimeout(() => this.wake(), at - Date.now())
  }

  private wake(): void {
    this.timer = null
    this.working = this.working.then(() => this.attend())
  }

  private happened(event: RoomEvent): void {
    switch (event) {
      case 'received':
        if (!this.state.received) this.set({ ...this.state, received: true })
        return
      case 'changed':
        return this.set(after.changed(this.state, Date.now(), this.parts.times))
      case 'applied':
        if (this.state.received) this.set({ ...this.state, received: false })
        return
      case 'moved':
        this.watch()
        // What was done to the file at its new place before it was watched there.
        return this.touched()
      default:
        throw new Error(`unknown event ${String(event satisfies never)}`)
    }
  }

  private presenceChanged(): void {
    if (this.state.place !== 'gone') return
    if ([...this.room.awareness.getStates().values()].some(wantsWriteBack))
      this.set(after.asked(this.state, Date.now()))
  }

  private touched(): void {
    this.set(after.touched(this.state, Date.now(), this.parts.times))
  }

  /** Where the file lies now. */
  private watch(): void {
    const { path } = this.room
    if (this.watching.path === path) return
    this.watching.end()
    const file = join(this.parts.folder.root, ...path.split('/'))
    this.watching = { path, end: watchPath(file, () => this.touched()) }
  }

  /** A failure is told and tried again; it does not reject. */
  private async attend(): Promise<void> {
    const { exclusive, logger, times } = this.parts
    const { docId } = this.room
    try {
      // Names are locked before documents, so a file is sought without the document's lock.
      while (await exclusive.run(docId, (lock) => this.checkFile(lock))) await this.seek()
    } catch (error) {
      const reason = messageOf(error)
      logger.warn('the file is not written', { docId, reason })
      this.set(after.failed(this.state, reason, Date.now(), times))
    }
  }

  /** Sees, decides and acts until there is nothing to do. Whether the file is to be sought elsewhere. */
  private async checkFile(lock: Lock): Promise<boolean> {
    const { folder, blobs, times } = this.parts
    let content: Content | null = null
    if (this.state.place === 'unseen') {
      if (this.room.record.binned !== null) return false
      const found = await openFile(this.parts, this.room)
      this.set(after.opened(this.state, found.opening, Date.now(), times))
      content = found.content
    }
    for (;;) {
      this.set(after.looking(this.state, Date.now()))
      const file = await seeFile(folder, this.room, this.state, content, times)
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
    const was = { inode: known?.inode ?? null, digest: known?.digest ?? null }
    const isFollowed = await this.parts.follow(this.room.docId, was)
    this.set({ ...this.state, place: isFollowed ? 'there' : 'sought' })
  }

  /** Whether to look again at once. */
  private async act(lock: Lock, action: Action, file: File, snapshot: Snapshot | null): Promise<boolean> {
    const { times } = this.parts
    const now = Date.now()
    switch (action.type) {
      case 'merge':
        await this.merge(lock, needed(file.known), needed(file.read))
        return true
      case 'adopt':
        await this.parts.log.markWritten(this.room.docId, needed(file.known).digest)
        this.set(after.adopted(this.state, needed(file.known)))
        return true
      case 'write':
        return !(await this.write(needed(snapshot)))
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

  /** Another program wrote the file: its edit comes into the document, as one more person's would. */
  private async merge(lock: Lock, file: KnownFile, read: OutsideFile): Promise<void> {
    const { folder, versions, blobs, logger, times } = this.parts
    const { docId } = this.room
    if (!read.ok) throw new Error(`what cannot be read was to be merged: ${read.reason}`)
    const edit = await keepEdit(blobs, read, file.digest)
    const [known, followed] = [await versions.written(docId), await isByGit(folder.root, pathOf(this.room))]
    const { marks, state } = applyEdit(lock, this.room, edit, known, { followed })
    // In one commit with what it did to the document.
    this.room.storeRevision({ digest: file.digest, state, time: 0, written: true, outside: true })
    const now = Date.now()
    await this.room.stored()
    this.set(after.merged(this.state, file, visibleCells(this.room.doc), now, times))
    logger.info('an edit of the file came in', { docId, marks: marks.size })
  }

  /** False where something came between. */
  private async write({ seen, text, base, changes, cells }: Snapshot): Promise<boolean> {
    const { folder, times } = this.parts
    const path = pathOf(this.room)
    this.set(after.trying(this.state, base.digest))
    const isStillRight = async (): Promise<boolean> =>
      decide(this.state, (await seeFile(folder, this.room, this.state, null, times)).seen, seen).type ===
      'write'
    if (!(await replaceFile(this.parts, { docId: this.room.docId, path, text, base }, isStillRight)))
      return false
    const file = { digest: base.digest, inode: await this.parts.folder.inode(path) }
    this.set(after.agreed(this.state, file, { changes, cells }))
    return true
  }

  /** The file stays as it is, and our version goes beside it, outside of what people list. */
  private async keep(reason: string): Promise<void> {
    const { folder, logger } = this.parts
    const name = pathOf(this.room).slice(0, -ending.length)
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
    const kept = this.state.kept ?? `kept/${name} ${stamp}${ending}`
    const target = join(folder.own(), ...kept.split('/'))
    await mkdir(dirname(target), { recursive: true })
    const { text } = await fileText(readNotebook(this.room.doc), this.parts.blobs)
    await writeAtomically(target, text)
    logger.warn('the file is left alone', { docId: this.room.docId, reason })
    const problem = `${reason}; it is left alone, and this version is in ${ownFolder}/${kept}`
    this.set(after.keptBeside(this.state, kept, problem))
  }
}
