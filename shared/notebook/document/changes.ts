// The record of what models changed and nobody has decided on yet; what is in it is in review.ts.
import type * as Y from 'yjs'
import { cellId, type CellId, type Leaf } from '../notebook.ts'

/** Key of the notebook's metadata: models propose their changes instead of making them. */
export const reviewFirstKey = 'llm_notebook_review_first'

/** By `group/cell/id`. */
export const changesMap = (doc: Y.Doc): Y.Map<Leaf> => doc.getMap('changes')

/** The cells that may have a change to decide on. */
export const changedCells = (doc: Y.Doc): ReadonlySet<CellId> => {
  const cells = new Set<CellId>()
  for (const key of changesMap(doc).keys()) cells.add(cellId(key.split('/')[1] ?? ''))
  return cells
}

/** Whether there may be something to decide on of what a reply changed. */
export const hasChanges = (doc: Y.Doc, group: string): boolean =>
  [...changesMap(doc).keys()].some((key) => key.startsWith(`${group}/`))

export const onChanges = (doc: Y.Doc, listener: () => void): (() => void) => {
  const map = changesMap(doc)
  map.observe(listener)
  return () => map.unobserve(listener)
}
