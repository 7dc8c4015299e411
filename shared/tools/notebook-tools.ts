// The tools for a notebook.
import { addCell, deleteCell, editCell, moveCell, setFlags } from './editing.ts'
import { listCells, readCells, search } from './reading.ts'
import { readVariable, runCells, runPython } from './running.ts'
import type { Tool } from './tool.ts'

export const notebookTools: readonly Tool[] = [
  listCells,
  readCells,
  search,
  addCell,
  editCell,
  moveCell,
  deleteCell,
  setFlags,
  readVariable,
  runCells,
  runPython,
]
