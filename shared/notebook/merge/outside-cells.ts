// Identifies the cells of an edited file with cells of the document.
import type * as Y from 'yjs'
import type { FileRevisions } from './file-revisions.ts'
import { derivedCellId } from '../ids.ts'
import { cellMap, cellsOf } from '../document/layout.ts'
import { matchCells, type Matchable } from './match.ts'
import { cellId, type Cell, type CellId, type Notebook } from '../notebook.ts'
import { docIdOf, listCells, readKind, readSource } from '../document/read.ts'

export interface EditedFile {
  /** Cells may lack their id. */
  readonly edited: Notebook
  /** Of the file: new cells without an id derive theirs from it. */
  readonly digest: string
  /** Equal ids are the same cell even if no revision has it: both sides are documents of this notebook. */
  readonly own: boolean
}

export interface MatchedCells {
  /** The file's cells with the document's ids. */
  readonly cells: readonly Cell[]
  /** Cells the document does not have yet. */
  readonly isNew: ReadonlySet<CellId>
}

/** A source that no text has: the cell is known by its id only. */
const unknown = '\0'

export const matchOutside = (
  doc: Y.Doc,
  versions: FileRevisions,
  { edited, digest, own }: EditedFile,
): MatchedCells => {
  const { newest } = versions
  const here = listCells(doc).map(({ id, deleted }) => ({ id, deleted }))
  const inFile: Matchable[] = newest.notebook.cells.filter(({ id }) => cellMap(doc, id) !== undefined)
  const deleted: Matchable[] = here
    .filter((entry) => entry.deleted !== null && newest.cell(entry.id) === undefined)
    .map(({ id }) => ({ id, kind: '', source: unknown }))
  const known = [...inFile, ...deleted]
  // A program that keeps ids gave this cell another one: it has split a cell as somebody did here, unless it has read that.
  const keepsIds = edited.cells.some(({ id }) => id !== '' && versions.had(id))
  const possible = keepsIds ? versions.possible(edited) : []
  const isUnsure = (id: string): boolean => possible.some((version) => !version.cell(cellId(id)))
  const matched = matchCells(known, edited.cells, isUnsure)
  /** Created since the file was written. Read once each. */
  const arrived = new Set(
    here.filter((entry) => entry.deleted === null && newest.cell(entry.id) === undefined).map(({ id }) => id),
  )
  const arrival = (cell: Cell): CellId | undefined => {
    const found = [...arrived].find((id) => {
      const map = cellMap(doc, id)
      if (map === undefined || (cell.id !== '' && cell.id !== id)) return false
      const isEqual = readKind(map) === cell.kind && readSource(map) === cell.source
      return isEqual || (cell.id === id && (own || versions.had(id)))
    })
    if (found !== undefined) arrived.delete(found)
    return found
  }
  const taken = new Set<string>(cellsOf(doc).keys())
  const isNew = new Set<CellId>()
  const docId = docIdOf(doc) ?? ''
  /** The file's own id, if it is free. */
  const fresh = (cell: Cell): CellId => {
    let id: string = cell.id
    for (let occurrence = 0; id === '' || taken.has(id); occurrence++)
      id = derivedCellId(docId + digest, cell.source, occurrence)
    taken.add(id)
    isNew.add(cellId(id))
    return cellId(id)
  }
  const cells = edited.cells.map((cell, at): Cell => {
    const id = known[matched[at] ?? -1]?.id ?? arrival(cell)
    return { ...cell, id: id === undefined ? fresh(cell) : cellId(id) }
  })
  return { cells, isNew }
}
