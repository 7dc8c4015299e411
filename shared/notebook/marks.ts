// Which cells an edit of the file made outside should be looked at in, after it was merged.
import type * as Y from 'yjs'
import { cellMap } from './layout.ts'
import { cellId, type CellId, type Mark } from './notebook.ts'
import { type Fork } from './outside.ts'
import { type Origin } from './origin.ts'
import { readSource } from './read.ts'
import { clash, lineHunks, linesOf } from './text-edits.ts'

/** Sources by cell, visible ones only. */
export type Sources = ReadonlyMap<CellId, string>

/**
 * base: as the edit found the notebook · latest: as it was last written to the file, later than `base` where the other
 * program saved what it had read before · live: as it is now, before the merge.
 */
export const findMarks = (
  base: Sources,
  latest: Sources,
  live: Sources,
  { cells }: Fork,
): ReadonlyMap<CellId, Mark> => {
  const marks = new Map<CellId, Mark>()
  const theirs = new Map(cells.map(({ id, source }) => [id, source]))
  for (const [id, source] of latest) {
    const [was, their] = [base.get(id), theirs.get(id)]
    if (was === undefined && their === undefined) marks.set(id, { why: 'kept', theirs: null })
    else if (their !== undefined && lacks(was ?? '', source, their))
      marks.set(id, { why: 'kept', theirs: their })
  }
  for (const [id, their] of theirs) {
    const [was, our] = [base.get(id), live.get(id)]
    if (was !== undefined && our !== undefined && clash(was, our, their))
      marks.set(id, { why: 'both', theirs: their })
  }
  return marks
}

/** Some line that was written between `was` and `source` is not in `their`. */
const lacks = (was: string, source: string, their: string): boolean => {
  if (source === was || source === their) return false
  const lines = new Set(linesOf(their).map((line) => line.trimEnd()))
  return lineHunks(was, source)
    .flatMap(({ insert }) => linesOf(insert))
    .some((line) => !lines.has(line.trimEnd()))
}

/** Marks the cells that are still there. */
export const setMarks = (doc: Y.Doc, marks: ReadonlyMap<CellId, Mark>): void => {
  if (marks.size === 0) return
  doc.transact(() => {
    for (const [id, mark] of marks) cellMap(doc, id)?.set('mark', { ...mark })
  }, 'file' satisfies Origin)
}

export const sourcesIn = (doc: Y.Doc, ids: readonly CellId[]): Sources =>
  new Map(
    ids.flatMap((id) => {
      const cell = cellMap(doc, id)
      return cell === undefined ? [] : [[cellId(id), readSource(cell)] as const]
    }),
  )
