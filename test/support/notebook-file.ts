import { formatNotebook } from '../../shared/ipynb/format.ts'
import { newNotebook } from '../../shared/ipynb/fresh.ts'
import { newCell, type Cell, type KindName } from '../../shared/notebook/notebook.ts'

export type CellSketch = readonly [kind: KindName, source: string, change?: Partial<Cell>]

/** The text of a notebook with these cells. */
export const notebookFile = (...cells: readonly CellSketch[]): string =>
  formatNotebook({
    ...newNotebook(),
    cells: cells.map(([kind, source, change]) => ({ ...newCell(kind, source), ...change })),
  })
