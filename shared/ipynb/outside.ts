// An .ipynb that another program wrote, against what we know of the versions it may have been made from.
import * as Y from 'yjs'
import { detachBlobs } from '../notebook/detach.ts'
import { findMarks, sourcesIn, type Sources } from '../notebook/marks.ts'
import type { CellId, Mark, Notebook } from '../notebook/notebook.ts'
import { forkOutside } from '../notebook/outside.ts'
import { readNotebook, visibleCells } from '../notebook/read.ts'
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

interface Candidate {
  readonly version: KnownVersion
  readonly notebook: Notebook
  readonly sources: Sources
}

const open = (version: KnownVersion): Candidate => {
  const doc = new Y.Doc({ gc: false })
  Y.applyUpdate(doc, version.state)
  const notebook = readNotebook(doc)
  const sources = sourcesIn(doc, visibleCells(doc))
  doc.destroy()
  return { version, notebook, sources }
}

/** Lines of the sources and how often each is there. */
const countLines = (notebook: Notebook): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { kind, source } of notebook.cells)
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
  candidates: readonly Candidate[],
  edited: Notebook,
  digest: string,
): Candidate | undefined => {
  const exact = candidates.findLast(({ version }) => version.digest === digest)
  if (exact !== undefined) return exact
  const lines = countLines(edited)
  let best: { candidate: Candidate; far: number } | undefined
  for (const candidate of candidates.toReversed()) {
    const far = distance(countLines(candidate.notebook), lines)
    if (best === undefined || far < best.far) best = { candidate, far }
  }
  return best?.candidate
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
  const candidates = possible.map(open)
  const base = nearest(candidates, edited, digest)
  const last = versions.at(-1)
  if (base === undefined || last === undefined)
    return { ok: false, reason: 'no version it could have been made from is known' }
  // As the file says it: what the document knows beyond that, the edit could not have changed.
  const written = parseNotebook(formatNotebook(base.notebook))
  if (!written.ok) throw new Error(`our own notebook cannot be read: ${written.reason}`)
  const fork = forkOutside({ state: base.version.state, notebook: written.notebook }, edited, digest, live)
  const latest = last === base.version ? base : open(last)
  const marks = findMarks(base.sources, latest.sources, sourcesIn(live, visibleCells(live)), fork)
  return { ok: true, update: fork.update, state: fork.state, marks, blobs }
}
