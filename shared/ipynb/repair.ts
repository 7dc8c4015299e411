import type { Notebook } from '../notebook/notebook.ts'
import { readExtra, toExtra } from './extra.ts'

/**
 * Gives every cell a unique id. Missing or duplicate ids of a 4.5 file are written back unchanged until the first real
 * edit, and then repaired.
 */
export const repairIds = (notebook: Notebook): Notebook => {
  if (notebook.format.minor < 5) return notebook
  const cells = notebook.cells.map((cell) => {
    const { id, ...extra } = readExtra(cell.extra)
    return id === undefined ? cell : { ...cell, extra: toExtra(extra) }
  })
  return { ...notebook, cells }
}
