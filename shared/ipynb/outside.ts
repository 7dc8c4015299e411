// An .ipynb that another program wrote, against what we know of the versions it may have been made from.
import * as Y from 'yjs'
import { detachBlobs } from '../notebook/detach.ts'
import { importNotebook } from '../notebook/import.ts'
import type { CellId, Mark, Notebook } from '../notebook/notebook.ts'
import { mergeOutside } from '../notebook/outside.ts'
import { docIdOf, readNotebook } from '../notebook/read.ts'
import { formatNotebook } from './format.ts'
import { parseNotebook } from './parse.ts'

/** A version that was written to the file, or given out: its text's digest, and a document that says the same. */
export interface KnownVersion {
  readonly digest: string
  /** The whole document as one update. */
  readonly state: Uint8Array
  /** Another program wrote it. */
  readonly outside?: boolean
}

export type OutsideFile =
  | {
      readonly ok: true
      readonly notebook: Notebook
      /** What the notebook refers to, by name: to be stored before it is seen. */
      readonly blobs: ReadonlyMap<string, Uint8Array>
    }
  | { readonly ok: false; readonly reason: string }

export const readOutside = (bytes: Uint8Array | string): OutsideFile => {
  const read = parseNotebook(bytes)
  return read.ok ? { ok: true, ...detachBlobs(read.notebook) } : read
}

export interface OutsideMerge {
  readonly marks: ReadonlyMap<CellId, Mark>
  /** A document that says what the file says: the next edit's base. */
  readonly state: Uint8Array
}

/** As its file says it: what the document knows beyond that, an edit of the file could not have changed. */
const asFile = (doc: Y.Doc): Notebook => {
  const notebook = readNotebook(doc)
  const written = parseNotebook(formatNotebook(notebook))
  if (!written.ok) throw new Error(`our own notebook cannot be read: ${written.reason}`)
  const cells = written.notebook.cells.map((cell, at) => ({ ...cell, id: notebook.cells[at]?.id ?? cell.id }))
  return { ...written.notebook, cells }
}

const stateAsFile = (state: Uint8Array): Notebook => {
  const doc = new Y.Doc({ gc: false })
  try {
    Y.applyUpdate(doc, state)
    return asFile(doc)
  } finally {
    doc.destroy()
  }
}

/**
 * Brings what the file says into the document, at once. `versions`: oldest first, at least one; the last is what the
 * file held before. Where the edit says itself which one it was made from, that one alone. `followed`: see OutsideEdit.
 */
export const mergeFile = (
  doc: Y.Doc,
  versions: readonly KnownVersion[],
  edited: Notebook,
  digest: string,
  { followed = false, own = false } = {},
): OutsideMerge => {
  const { marks, notebook } = mergeOutside(doc, {
    edited,
    versions: versions.map(
      ({ state }) =>
        () =>
          stateAsFile(state),
    ),
    live: () => asFile(doc),
    digest,
    followed,
    goesOn: !own && versions.at(-1)?.outside === true,
    own,
  })
  return { marks, state: importNotebook(notebook, docIdOf(doc) ?? '') }
}
