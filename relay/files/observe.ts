// What the file peer sees of file and document, for decide.ts and for doing what that says.
import { readOutside, type OutsideFile } from '../../shared/ipynb/outside.ts'
import { listCells, readNotebook, visibleCells } from '../../shared/notebook/document/read.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { LogStore } from '../log/store.ts'
import type { Room } from '../sync/room.ts'
import type { MissingBlobs } from './missing-blobs.ts'
import { isForeign, type DocumentSeen, type FileSeen } from './decide.ts'
import type { FileState, KnownFile, Opening } from './file-state.ts'
import type { SnapshotTimes } from './file-peer-times.ts'
import type { Content, Folder } from './folder.ts'
import { lastLiveEdit } from './live-editor.ts'
import { digestOf } from '../disk/digest.ts'
import { parsePath, type NotebookPath } from './path.ts'

/** Why there should be none: the log knows the notebook by it. */
export const pathOf = (room: Room): NotebookPath => {
  const path = parsePath(room.path)
  if (!path) throw new Error('a document in the log has no usable path')
  return path
}

/** On opening: which version of ours is in the file, and does it hold all that the log holds? */
export const openFile = async (
  { folder, log }: { readonly folder: Folder; readonly log: LogStore },
  room: Room,
): Promise<{ readonly content: Content | null; readonly opening: Opening }> => {
  const revisions = await log.revisionHeads(room.docId)
  const content = await folder.read(pathOf(room))
  const written = revisions.findLast((base) => base.written)
  // A crash may have come between a base and its rename: those behind the last written one may be in the file too.
  const tried = revisions.slice(revisions.findLastIndex((base) => base.written) + 1)
  const base = [written, ...tried].find((candidate) => candidate?.digest === content?.digest)
  const { state, doc } = room
  const opening = {
    known: written === undefined ? null : { digest: written.digest, inode: null },
    tried: tried.map(({ digest }) => digest),
    cells: visibleCells(doc),
    // Somebody may have written meanwhile.
    holdsAll: base !== undefined && (await log.wasAt(room.docId, base.digest, state)) && room.state === state,
  }
  return { content, opening }
}

export interface File {
  readonly seen: FileSeen
  /** Where there is one. */
  readonly known: KnownFile | null
  /** What another program wrote. */
  readonly read: OutsideFile | null
}

/** `content`: as it was just read, where it was. */
export const seeFile = async (
  folder: Folder,
  room: Room,
  state: FileState,
  content: Content | null,
  { pause }: SnapshotTimes,
): Promise<File> => {
  const [known, read] = [null, null]
  if (room.record.binned !== null) return { seen: { type: 'binned' }, known, read }
  const path = pathOf(room)
  const file = content ?? (await folder.read(path))
  if (file === null) return { seen: { type: 'missing' }, known, read }
  const { digest } = file
  const foreign = isForeign(state, digest) ? readOutside(file.bytes) : null
  const broken = foreign?.ok === false ? foreign.reason : null
  const seen = {
    type: 'there',
    digest,
    writable: await folder.mayWrite(path),
    broken,
    busyUntil: (await lastLiveEdit(folder.root)) + pause,
  } as const
  return { seen, known: { digest, inode: await folder.inode(path) }, read: foreign }
}

/** The document as its file would be. */
export interface Snapshot {
  readonly seen: DocumentSeen
  readonly text: string
  readonly base: { readonly digest: string; readonly state: Uint8Array; readonly time: number }
  /** After so many changes. */
  readonly changes: number
  readonly cells: readonly string[]
}

/** All that was received must be applied: `state` counts what is in the document. */
export const takeSnapshot = async (
  room: Room,
  blobs: Blobs,
  awaited: MissingBlobs,
  { changes, cells: before, ending }: FileState,
): Promise<Snapshot> => {
  const { doc, state } = room
  const at = Date.now()
  const [cells, there] = [visibleCells(doc), new Set<string>(listCells(doc).map(({ id }) => id))]
  const lost = before.filter((id) => !there.has(id)).length
  const { text, missing } = await fileText(readNotebook(doc), blobs)
  const digest = digestOf(text)
  const waits = awaited.left(missing)
  const see = (): DocumentSeen => {
    if (waits > 0 && !ending) return { type: 'incomplete', until: Date.now() + waits }
    return lost * 2 > before.length ? { type: 'shrunk', lost } : { type: 'ready', digest, at }
  }
  // An update of this very millisecond may be missing in the state.
  return { seen: see(), text, base: { digest, state, time: at - 1 }, changes, cells }
}
