// Where a text is that somebody moved into other cells, by splitting its cell or merging it with others.
import { createID } from 'yjs'
import type * as Y from 'yjs'
import type { CellId } from '../notebook.ts'
import { cellMap } from './layout.ts'
import { cellSource, visibleCells } from './read.ts'

export interface TextPlace {
  readonly cell: CellId
  /** An offset into its source, in UTF-16 units. */
  readonly at: number
}

const sourceOf = (doc: Y.Doc, cell: CellId): string => cellSource(doc, cell)?.toString() ?? ''

/** Shorter texts are found by chance, as where somebody deletes the letter before the caret. */
const shortest = 2

/** Cells that are merged in one go, at most; of more, the caret stays with the text that is left over. */
const mergedAtOnce = 1000

/**
 * The place of each offset into `cut`, which vanished from the end of a cell; null if the cells below do not consist of
 * it. A split leaves out line breaks at its cuts.
 */
export const placesAfterSplit = (
  doc: Y.Doc,
  cell: CellId,
  cut: string,
): ((offset: number) => TextPlace) | null => {
  if (cut.trim().length < shortest) return null
  const cells = visibleCells(doc)
  const above = cells.indexOf(cell)
  const parts: { readonly cell: CellId; readonly from: number; readonly length: number }[] = []
  let at = 0
  const skipBreaks = (): void => {
    while (cut[at] === '\n') at++
  }
  for (skipBreaks(); at < cut.length; skipBreaks()) {
    const below = above < 0 ? undefined : cells[above + 1 + parts.length]
    const source = below === undefined ? '' : sourceOf(doc, below)
    if (below === undefined || source === '' || !cut.startsWith(source, at)) return null
    parts.push({ cell: below, from: at, length: source.length })
    at += source.length
  }
  if (parts.length === 0) return null
  return (offset) => {
    const part = parts.findLast(({ from }) => from <= offset) ?? parts[0]
    if (part === undefined) throw new Error('no parts')
    return { cell: part.cell, at: Math.min(Math.max(offset - part.from, 0), part.length) }
  }
}

/** The Yjs id of the character at an offset. */
const idAt = (text: Y.Text, offset: number): Y.ID | null => {
  let at = 0
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue
    if (offset < at + item.length) return createID(item.id.client, item.id.clock + offset - at)
    at += item.length
  }
  return null
}

/**
 * Where the text of a deleted cell begins in one of these cells; null if none of them was given it by the page that then
 * deleted the cell, in one go.
 */
export const placeAfterMerge = (
  doc: Y.Doc,
  deleted: CellId,
  text: string,
  neighbours: readonly CellId[],
): TextPlace | null => {
  const deletion = cellMap(doc, deleted)?._map.get('deleted')?.id
  if (deletion === undefined || text === '') return null
  for (const cell of neighbours) {
    const source = cellSource(doc, cell)
    const lines = `\n${sourceOf(doc, cell)}\n`
    for (let at = lines.indexOf(`\n${text}\n`); at >= 0; at = lines.indexOf(`\n${text}\n`, at + 1)) {
      const id = source === undefined ? null : idAt(source, at)
      const steps = id?.client === deletion.client ? deletion.clock - id.clock : -1
      // Besides the inserted text itself, a merge only deletes some cells.
      if (steps >= text.length && steps <= 2 * lines.length + mergedAtOnce) return { cell, at }
    }
  }
  return null
}

/** Whether a page wrote all characters of a passage. */
export const isWrittenBy = (text: Y.Text, from: number, to: number, client: number): boolean => {
  let at = 0
  for (let item = text._start; item !== null && at < to; item = item.right) {
    if (item.deleted || !item.countable) continue
    if (at + item.length > from && item.id.client !== client) return false
    at += item.length
  }
  return true
}
