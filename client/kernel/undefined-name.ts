// A name that Python does not know although a cell above has it: after a reload or a restart, or where that cell has not run.
import type * as Y from 'yjs'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { ShownOutput } from '../../shared/notebook/output/output.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'

const undefinedName = (outputs: readonly ShownOutput[]): string | null => {
  const error = outputs.findLast((output) => output.type === 'error')
  if (error?.ename !== 'NameError') return null
  const [, name] = /^name '([\p{L}_][\p{L}\p{N}_]*)' is not defined/u.exec(error.evalue) ?? []
  return name ?? null
}

/** Whether the cell failed for a name that the source of a code cell above contains. */
export const lacksCellsAbove = (doc: Y.Doc, cell: CellId, outputs: readonly ShownOutput[]): boolean => {
  const name = undefinedName(outputs)
  if (name === null) return false
  const word = new RegExp(`(?<![\\p{L}\\p{N}_.])${name}(?![\\p{L}\\p{N}_])`, 'u')
  const cells = visibleCells(doc)
  return cells.slice(0, Math.max(0, cells.indexOf(cell))).some((above) => {
    const { kind = '' } = readHead(doc, above) ?? {}
    return kindNamed(kind).executor?.type === 'kernel' && word.test(cellSource(doc, above)?.toString() ?? '')
  })
}
