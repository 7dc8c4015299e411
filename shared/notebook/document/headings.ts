// Sections: a note that begins with a heading, and the cells up to the next heading of its level.
import * as Y from 'yjs'
import { kindNamed } from '../cell-kinds/kinds.ts'
import { cellMap, cellsOf, type CellMap } from './layout.ts'
import type { CellId, KindName } from '../notebook.ts'
import { readKind, readSource, visibleCells } from './read.ts'

/** 1 to 6, of the heading a note begins with; null without one. */
export const headingLevel = (kind: KindName, source: string): number | null =>
  kindNamed(kind).heading?.(source) ?? null

const isFolded = (cell: CellMap): boolean => {
  const meta = cell.get('meta')
  return meta instanceof Y.Map && meta.get('heading_collapsed') === true
}

/** Its section is collapsed, where it begins one. */
export const isCollapsed = (doc: Y.Doc, id: CellId): boolean => {
  const cell = cellMap(doc, id)
  return cell !== undefined && isFolded(cell)
}

/** Cells hidden by a collapsed section, each with the note that collapses it. */
export const foldedAway = (doc: Y.Doc): ReadonlyMap<CellId, CellId> => {
  const away = new Map<CellId, CellId>()
  // Called on each change of a run: while nothing is collapsed, the usual case, nothing is sorted or read.
  if (![...cellsOf(doc).values()].some((cell) => cell instanceof Y.Map && isFolded(cell))) return away
  let section: { readonly heading: CellId; readonly level: number } | null = null
  for (const id of visibleCells(doc)) {
    const cell = cellMap(doc, id)
    if (cell === undefined) continue
    const level = headingLevel(readKind(cell), readSource(cell))
    if (section !== null && level !== null && level <= section.level) section = null
    if (section !== null) away.set(id, section.heading)
    else if (level !== null && isFolded(cell)) section = { heading: id, level }
  }
  return away
}

/** The visible cells, in order. */
export const shownCells = (doc: Y.Doc): readonly CellId[] => {
  const away = foldedAway(doc)
  return visibleCells(doc).filter((id) => !away.has(id))
}

/** These cells, and those that a collapsed heading among them hides, in the order of the notebook. */
export const withHidden = (doc: Y.Doc, cells: readonly CellId[]): readonly CellId[] => {
  const away = foldedAway(doc)
  if (away.size === 0) return cells
  const chosen = new Set(cells)
  return visibleCells(doc).filter((id) => chosen.has(id) || chosen.has(away.get(id) ?? id))
}
