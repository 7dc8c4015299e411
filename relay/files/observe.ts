// What the file peer observes of file and document, for decide.ts and the resulting action.
import { readOutside, type OutsideFile } from '../../shared/ipynb/outside.ts'
import { listCells, readNotebook, visibleCells } from '../../shared/notebook/document/read.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { Log } from '../log/log.ts'
import type { Room } from '../sync/room.ts'
import type { MissingBlobs } from './missing-blobs.ts'
import { isForeign, type DocumentSeen, type FileSeen } from './decide.ts'
import type { FileState, KnownFile, Opening } from './file-state.ts'
import type { SnapshotTimes } from './file-peer-times.ts'
import { digestOf } from '../disk/digest.ts'
import type { Content, NotebookFiles } from './notebook-files.ts'
import { parsePath, type NotebookPath } from './path.ts'
import { steadyNow } from '../steady-clock.ts'

/** Throws if it has none: the log knows the notebook by it. */
export const pathOf = (room: Room): NotebookPath => {
  const path = parsePath(room.path)
  if (!path) throw new Error('a document in the log has no usable path')
  return path
}

/** On opening: which of our revisions is in the file, and does it include everything in the log? */
export const openFile = async (
  { files, log }: { readonly files: NotebookFiles; readonly log: Log },
  room: Room,
): Promise<{ readonly content: Content | null; readonly opening: Opening }> => {
  const revisions = await log.revisions.heads(room.docId)
  const content = await files.read(pathOf(room))
  const written = revisions.findLast((base) => base.written)
  // A crash may come between a revision and its rename: those after the last written one may be in the file too.
  const tried = revisions.slice(revisions.findLastIndex((base) => base.written) + 1)
  const base = [written, ...tried].find((candidate) => candidate?.digest === content?.digest)
  const { state, doc } = room
  const opening = {
    known: written === undefined ? null : { digest: written.digest, identity: null },
    tried: tried.map(({ digest }) => digest),
    cells: visibleCells(doc),
    // Something may have been written meanwhile.
    holdsAll:
      base !== undefined &&
      (await log.revisions.wasAt(room.docId, base.digest, state)) &&
      room.state === state,
  }
  return { content, opening }
}

export interface File {
  readonly seen: FileSeen
  readonly content: Content | null
  readonly known: KnownFile | null
  /** Another program's content. */
  readonly read: OutsideFile | null
}

/** `before`: the file as it was just read. */
export const seeFile = async (
  files: NotebookFiles,
  room: Room,
  state: FileState,
  before: Content | null,
  { pause }: SnapshotTimes,
): Promise<File> => {
  const none = { content: null, known: null, read: null }
  if (room.record.binned !== null) return { seen: { type: 'binned' }, ...none }
  const content = before ?? (await files.read(pathOf(room)))
  if (content === null) return { seen: { type: 'missing' }, ...none }
  const { digest, identity, writable } = content
  const read = isForeign(state, digest) ? readOutside(content.bytes) : null
  const broken = read?.ok === false ? read.reason : null
  // Other programs' times are by the wall clock.
  const busyUntil = (await files.lastLiveEdit()) + pause + steadyNow() - Date.now()
  const seen = { type: 'there', digest, writable, broken, busyUntil } as const
  return { seen, content, known: { digest, identity }, read }
}

/** The document as its file would be. */
export interface Snapshot {
  readonly seen: DocumentSeen
  readonly text: string
  readonly base: { readonly digest: string; readonly state: Uint8Array; readonly time: number }
  readonly changes: number
  readonly cells: readonly string[]
}

/** Everything received must be applied: `state` is what is in the document. */
export const takeSnapshot = async (
  room: Room,
  blobs: Blobs,
  awaited: MissingBlobs,
  { changes, cells: before, ending }: FileState,
): Promise<Snapshot> => {
  const { doc, state } = room
  const [at, time] = [steadyNow(), Date.now() - 1]
  const [cells, there] = [visibleCells(doc), new Set<string>(listCells(doc).map(({ id }) => id))]
  const lost = before.filter((id) => !there.has(id)).length
  const { text, missing } = await fileText(readNotebook(doc), blobs)
  const digest = digestOf(text)
  const waits = awaited.left(missing)
  const see = (): DocumentSeen => {
    if (waits > 0 && !ending) return { type: 'incomplete', until: steadyNow() + waits }
    return lost * 2 > before.length ? { type: 'shrunk', lost } : { type: 'ready', digest, at }
  }
  // An update of this very millisecond may be missing in the state.
  return { seen: see(), text, base: { digest, state, time }, changes, cells }
}
