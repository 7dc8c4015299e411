// Goes to a line named by a traceback.
import type { ErrorLocation } from '../../shared/notebook/output/error-location.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { lineStart } from '../../shared/notebook/lines.ts'
import type { CellContext } from './context.ts'

/** The cell that ran as `count` in the same kernel, no later than `cell`: counts restart with each kernel. */
const cellOf = ({ notebook: { doc } }: CellContext, cell: CellId, count: number): CellId | null => {
  const run = readHead(doc, cell)?.run ?? null
  let found: { cell: CellId; at: number } | null = null
  for (const other of visibleCells(doc)) {
    const head = readHead(doc, other)
    if (head?.count !== count || head.run?.executor !== run?.executor) continue
    const at = head.run?.startedAt ?? 0
    if (at <= (run?.startedAt ?? 0) && at >= (found?.at ?? -Infinity)) found = { cell: other, at }
  }
  return found?.cell ?? null
}

/** `cell` has the traceback. */
export const goToLine = (context: CellContext, cell: CellId, { count, line }: ErrorLocation): void => {
  const target = cellOf(context, cell, count)
  if (target === null) {
    context.showError(`The cell of In [${count}] was deleted or has run again.`)
    return
  }
  const source = cellSource(context.notebook.doc, target)?.toString() ?? ''
  context.focusCell(target, 'edit', lineStart(source, line - 1))
}
