// An .ipynb that another program wrote, against what we know of the versions it may have been made from.
import * as Y from 'yjs'
import { detachBlobs } from '../notebook/detach.ts'
import { findMarks, sourcesIn, type Sources } from '../notebook/marks.ts'
import type { Cell, CellId, Mark, Notebook } from '../notebook/notebook.ts'
import { forkOutside } from '../notebook/outside.ts'
import { cellSource, readHead, readNotebook, visibleCells } from '../notebook/read.ts'
import { linesOf } from '../notebook/text-edits.ts'
import { formatNotebook } from './format.ts'
import { parseNotebook } from './parse.ts'

/** A version that was written to the file, or given out: its text's digest, and the document it was made of. */
export interface KnownVersion {
  readonly digest: string
  /** The whole document as one update. */
  readonly state: Uint8Array
  /** Another program wrote it; so whoever edits the file outside has seen it. */
  readonly outside: boolean
}

export type Merge =
  | {
      readonly ok: true
      /** The edit's operations, for the live document. */
      readonly update: Uint8Array
      /** The document that says what the file says: the next edit's base. */
      readonly state: Uint8Array
      readonly marks: ReadonlyMap<CellId, Mark>
      /** What the operations refer to, by name: to be stored before they are seen. */
      readonly blobs: ReadonlyMap<string, Uint8Array>
    }
  | { readonly ok: false; readonly reason: string }

const documentOf = ({ state }: KnownVersion): Y.Doc => {
  const doc = new Y.Doc({ gc: false })
  Y.applyUpdate(doc, state)
  return doc
}

/** Of its cells only what tells versions apart; reading all of ten versions would take most of a merge. */
const writtenIn = (doc: Y.Doc): Pick<Cell, 'kind' | 'source'>[] =>
  visibleCells(doc).map((id) => ({
    kind: readHead(doc, id)?.kind ?? 'raw',
    source: cellSource(doc, id)?.toString() ?? '',
  }))

/** Lines of the sources and how often each is there. */
const countLines = (cells: Iterable<Pick<Cell, 'kind' | 'source'>>): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { kind, source } of cells)
    // A cell counts as a line of its own, so that one more empty cell is a difference; tools strip ids, so without it.
    for (const line of [`cell ${kind}\n\n`, ...linesOf(source)]) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

const distance = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number => {
  let sum = 0
  for (const [line, count] of a) sum += Math.abs(count - (b.get(line) ?? 0))
  for (const [line, count] of b) if (!a.has(line)) sum += count
  return sum
}

/**
 * The version an edit was most probably made from: the nearest, not the last. Editors save a buffer they loaded
 * earlier; from the last version their edit would look as if it removed what was written since. On a tie the later.
 */
const nearest = (
  candidates: readonly KnownVersion[],
  edited: Notebook,
  digest: string,
): KnownVersion | undefined => {
  const exact = candidates.findLast((version) => version.digest === digest)
  if (exact !== undefined || candidates.length < 2) return exact ?? candidates[0]
  const lines = countLines(edited.cells)
  let best: { version: KnownVersion; far: number } | undefined
  for (const version of candidates.toReversed()) {
    const doc = documentOf(version)
    const far = distance(countLines(writtenIn(doc)), lines)
    doc.destroy()
    if (best === undefined || far < best.far) best = { version, far }
  }
  return best?.version
}

/**
 * `versions`: oldest first, at least one; the last is what the file held before. Of what is older than another
 * program's last writing nothing is looked at: it knew that. With `from` the edit says itself which version it was
 * made from. `live` is only read.
 */
export const mergeOutside = (
  live: Y.Doc,
  versions: readonly KnownVersion[],
  bytes: Uint8Array | string,
  digest: string,
  from?: string,
): Merge => {
  const read = parseNotebook(bytes)
  if (!read.ok) return read
  const { notebook: edited, blobs } = detachBlobs(read.notebook)
  const sinceOutside = Math.max(
    0,
    versions.findLastIndex((version) => version.outside),
  )
  const possible =
    from === undefined ? versions.slice(sinceOutside) : versions.filter((version) => version.digest === from)
  const base = nearest(possible, edited, digest)
  const last = versions.at(-1)
  if (base === undefined || last === undefined)
    return { ok: false, reason: 'no version it could have been made from is known' }
  // As the file says it: what the document knows beyond that, the edit could not have changed.
  const baseDoc = documentOf(base)
  const lastDoc = last === base ? baseDoc : documentOf(last)
  const written = parseNotebook(formatNotebook(readNotebook(baseDoc)))
  if (!written.ok) throw new Error(`our own notebook cannot be read: ${written.reason}`)
  const fork = forkOutside({ state: base.state, notebook: written.notebook }, edited, digest, live)
  const sources = (doc: Y.Doc): Sources => sourcesIn(doc, visibleCells(doc))
  const marks = findMarks(sources(baseDoc), sources(lastDoc), sources(live), fork)
  for (const doc of new Set([baseDoc, lastDoc])) doc.destroy()
  return { ok: true, update: fork.update, state: fork.state, marks, blobs }
}
