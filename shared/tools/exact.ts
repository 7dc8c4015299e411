// The exact code of a call: shown to the person who approves it, and compared again before it runs.
import type * as Y from 'yjs'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { visibleCells } from '../notebook/document/read.ts'
import { cellNamed } from './cells.ts'

/** The sources of the cells, or the id of the first one that cannot run. */
export const sourcesToRun = (
  doc: Y.Doc,
  ids: readonly string[],
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly id: string } => {
  const visible = visibleCells(doc)
  const parts: string[] = []
  for (const id of ids) {
    const cell = cellNamed(doc, id)
    if (cell === null || kindNamed(cell.kind).executor?.type !== 'kernel') return { ok: false, id }
    parts.push(`# cell ${visible.indexOf(cell.id) + 1} (id ${id})\n${cell.source}`)
  }
  return { ok: true, text: parts.join('\n\n') }
}
