// The record of undecided changes by models; see review.ts for its content.
import type * as Y from 'yjs'
import { cellId, type CellId, type Leaf } from '../notebook.ts'

/** Key of the notebook's metadata: models propose changes instead of making them. */
export const reviewFirstKey = 'llm_notebook_review_first'

/** By `group/cell/id`. */
export const changesMap = (doc: Y.Doc): Y.Map<Leaf> => doc.getMap('changes')

export const changedCells = (doc: Y.Doc): ReadonlySet<CellId> => {
  const cells = new Set<CellId>()
  for (const key of changesMap(doc).keys()) cells.add(cellId(key.split('/')[1] ?? ''))
  return cells
}

/** Whether a reply may have undecided changes. */
export const hasChanges = (doc: Y.Doc, group: string): boolean =>
  [...changesMap(doc).keys()].some((key) => key.startsWith(`${group}/`))

export const onChanges = (doc: Y.Doc, listener: () => void): (() => void) => {
  const map = changesMap(doc)
  map.observe(listener)
  return () => map.unobserve(listener)
}
