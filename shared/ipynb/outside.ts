// Merges an .ipynb written by another program, given the revisions it may be based on.
import * as Y from 'yjs'
import { extractBlobs } from '../notebook/document/blob-references.ts'
import { importNotebook } from '../notebook/document/import.ts'
import type { CellId, Mark, Notebook } from '../notebook/notebook.ts'
import { mergeOutside } from '../notebook/merge/outside.ts'
import { docIdOf, readNotebook } from '../notebook/document/read.ts'
import { formatNotebook } from './format.ts'
import { parseNotebook } from './parse.ts'

/** A revision that was written to the file or returned by the API: the digest of its text and its document. */
export interface KnownRevision {
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
      /** The blobs of the notebook by name, to be stored before it is applied to a document. */
      readonly blobs: ReadonlyMap<string, Uint8Array>
    }
  | { readonly ok: false; readonly reason: string }

export const readOutside = (bytes: Uint8Array | string): OutsideFile => {
  const read = parseNotebook(bytes)
  return read.ok ? { ok: true, ...extractBlobs(read.notebook) } : read
}

export interface OutsideMerge {
  readonly marks: ReadonlyMap<CellId, Mark>
  /** The file's content as a document: the base of the next edit. */
  readonly state: Uint8Array
}

/** The document reduced to what its file contains, because an edit of the file cannot change anything else. */
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
 * Merges the content of the file into the document in one transaction. `versions`: oldest first, at least one, the last
 * being the previous content of the file; only one if it is known which one the edit is based on. `followed`: see
 * OutsideEdit.
 */
export const mergeFile = (
  doc: Y.Doc,
  versions: readonly KnownRevision[],
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
