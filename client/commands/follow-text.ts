// When somebody else splits or merges the cell one writes in, the caret goes with its text.
import type { CutOff } from '../editor/cut-off.ts'
import { isWrittenBy, placesAfterSplit } from '../../shared/notebook/document/moved-text.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from './context.ts'

type FollowContext = Pick<NotebookContext, 'notebook' | 'focusCell'>

/** With what this page's person typed there before it knew of the split, which is carried to where it was typed. */
const withOwn = ({ notebook }: FollowContext, cell: CellId, cut: CutOff) => {
  const upper = cellSource(notebook.doc, cell)
  const own = cut.remainders.flatMap(({ from, to, at }) =>
    upper && isWrittenBy(upper, from, to, notebook.doc.clientID)
      ? [{ at, typed: upper.toString().slice(from, to) }]
      : [],
  )
  const text = own
    .toReversed()
    .reduce((sum, { at, typed }) => sum.slice(0, at) + typed + sum.slice(at), cut.text)
  const shifted = (offset: number): number =>
    own.reduce((sum, { at, typed }) => (at <= offset ? sum + typed.length : sum), offset)
  return { text, anchor: shifted(cut.anchor), head: shifted(cut.head) }
}

/** Once the change of the document is complete and its cells are on the page. */
export const followLater = (context: FollowContext, cell: CellId, cut: CutOff): void => {
  const { text, anchor, head } = withOwn(context, cell, cut)
  queueMicrotask(() => {
    const places = placesAfterSplit(context.notebook.doc, cell, text)
    const [start, end] = [places?.(anchor), places?.(head)]
    if (!start || !end) return
    context.focusCell(
      end.cell,
      'edit',
      anchor === head ? end.at : { anchor: start.cell === end.cell ? start.at : 0, head: end.at },
    )
  })
}
