import type { Notebook } from '../notebook/notebook.ts'
import { readExtra, toExtra } from './extra.ts'

/**
 * The notebook with an id of its own for every cell. A 4.5 file may lack ids or repeat them; while nothing else
 * of it is changed it is written back like that, and with the first real edit so repaired.
 */
export function repairIds(notebook: Notebook): Notebook {
  if (notebook.format.minor < 5) return notebook
  const cells = notebook.cells.map((cell) => {
    const { id, ...extra } = readExtra(cell.extra)
    return id === undefined ? cell : { ...cell, extra: toExtra(extra) }
  })
  return { ...notebook, cells }
}
