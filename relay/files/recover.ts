// Recovers a browser's copy of a superseded epoch, after the log was lost or an older one was restored. Text the relay
// lacks is merged into the document cell by cell, by content; one browser at a time, so that text held by several is
// added once. If it cannot be told what was deleted and what was lost, the browser's notebook becomes a copy.
import * as Y from 'yjs'
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { readOutside, type KnownRevision } from '../../shared/ipynb/outside.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { importNotebook } from '../../shared/notebook/document/import.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import { coversVector } from '../../shared/state-vector.ts'
import type { Blobs } from '../blobs/store.ts'
import type { Log } from '../log/log.ts'
import type { Room } from '../sync/room.ts'
import type { KeyedLock, Lock } from './keyed-lock.ts'
import { digestOf } from '../disk/digest.ts'
import type { NotebookCatalogue } from './catalogue.ts'
import { applyEdit, keepEdit, type KeptEdit } from './outside-edit.ts'
import type { NotebookFiles } from './notebook-files.ts'
import { parsePath, type NotebookPath } from './path.ts'

/** A browser's copy. Notebooks are .ipynb texts. */
export interface BrowserCopy {
  readonly docId: string
  /** State vector that the relay had acknowledged; null if it never did. */
  readonly vector: Uint8Array | null
  /** Digests of the file as reported by the relay, oldest first. */
  readonly digests: readonly string[]
  /** The notebook as acknowledged. */
  readonly acknowledged: string | null
  readonly content: string
}

export type Recovered =
  | {
      readonly ok: true
      readonly changed: boolean
      readonly copy: NotebookPath | null
      /** State vector of the document that includes it. */
      readonly vector: Uint8Array
    }
  | { readonly ok: false; readonly reason: string }

export interface RecoverOptions {
  readonly log: Log
  readonly blobs: Blobs
  readonly files: NotebookFiles
  readonly catalogue: NotebookCatalogue
  /** Also held by snapshots, with the docId as the key. */
  readonly exclusive: KeyedLock
}

/** Whether the document has everything that was acknowledged: then whatever is missing was deleted. */
export const hasAll = (room: Room, { docId, vector }: Pick<BrowserCopy, 'docId' | 'vector'>): boolean =>
  docId === room.docId && vector !== null && coversVector(room.doc, vector)

const wordsOf = ({ cells }: Notebook): readonly string[] =>
  cells.flatMap(({ source, result }) => `${source} ${result?.reply ?? ''}`.match(/[\p{L}\p{N}_]+/gu) ?? [])

const lacksText = (here: Notebook, held: Notebook): boolean => {
  const words = new Set(wordsOf(here))
  return wordsOf(held).some((word) => !words.has(word))
}

export const recover = async (options: RecoverOptions, room: Room, held: BrowserCopy): Promise<Recovered> => {
  const read = readOutside(held.content)
  if (!read.ok) return read
  const edit = await keepEdit(options.blobs, read, digestOf(held.content))
  // A newly opened room has not checked its file yet, which may be the one the history began with.
  const { changed, isWhole } = await options.exclusive.run(room.docId, (lock) =>
    carryOver(lock, options.log, room, held, edit),
  )
  const vector = Y.encodeStateVector(room.doc)
  // Outside the lock: a stopping relay waits for work under the lock, and stores nothing more.
  await room.stored()
  await options.log.updates.synced()
  const copy = isWhole ? null : await createCopy(options.catalogue, options.files, room.path, held.content)
  return { ok: true, changed, copy, vector }
}

/** `isWhole`: the document includes everything it should. */
const carryOver = async (
  lock: Lock,
  log: Log,
  room: Room,
  held: BrowserCopy,
  edit: KeptEdit,
): Promise<{ readonly changed: boolean; readonly isWhole: boolean }> => {
  const began = await log.revisions.began(room.docId)
  const revisions = await log.revisions.of(room.docId)
  const acknowledged = held.acknowledged === null ? null : versionOf(held.acknowledged, held.docId)
  const first = revisions.filter(({ digest }) => digest === began && held.digests.includes(digest)).slice(-1)
  const isKnown = hasAll(room, held)
  // The browser had seen this file: what came after it is only in the browser.
  const base = isKnown ? acknowledged : (first[0] ?? (held.docId === room.docId ? acknowledged : null))
  const before = room.state
  if (base !== null) applyEdit(lock, room, edit, [base], { own: true })
  const [here, changed] = [readNotebook(room.doc), Buffer.compare(before, room.state) !== 0]
  return { changed, isWhole: isKnown || first.length > 0 || !lacksText(here, edit.notebook) }
}

const versionOf = (text: string, docId: string): KnownRevision | null => {
  const read = readOutside(text)
  return read.ok ? { digest: digestOf(text), state: importNotebook(read.notebook, docId) } : null
}

const copyPath = (path: string, at: Date, nth: number): NotebookPath | null =>
  parsePath(
    `${path.replace(/\.ipynb$/, '')} (recovered ${at.toISOString().slice(0, 10)}${nth === 1 ? '' : `, ${nth}`}).ipynb`,
  )

const createCopy = async (
  catalogue: NotebookCatalogue,
  files: NotebookFiles,
  path: string,
  content: string,
): Promise<NotebookPath> => {
  const mine = parseNotebook(content)
  for (let nth = 1; ; nth++) {
    const copy = copyPath(path, new Date(), nth)
    if (copy === null) throw new Error(`no name for a copy of ${path}`)
    if ((await catalogue.create(copy, mine.ok ? formatNotebook(mine.notebook) : content)).ok) return copy
    // Another browser had the same text and was first; or the texts differ.
    const there = await files.read(copy)
    const found = there === null ? null : parseNotebook(there.bytes)
    if (found?.ok && mine.ok && !lacksText(found.notebook, mine.notebook)) return copy
  }
}
