// When somebody else splits or merges the cell one writes in, the caret goes with its text.
import type { CutOff } from '../editor/cut-off.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { isWrittenBy, placesAfterSplit } from '../../shared/notebook/document/moved-text.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from './context.ts'

type FollowContext = Pick<NotebookContext, 'notebook' | 'focusCell'>

/** What this page's person typed in the meantime, by where it was in the text that is gone. */
const ownRemainders = ({ notebook }: FollowContext, cell: CellId, { remainders }: CutOff) => {
  const upper = cellSource(notebook.doc, cell)
  return remainders.flatMap(({ from, to, at }) =>
    upper && isWrittenBy(upper, from, to, notebook.doc.clientID)
      ? [{ from, to, at, typed: upper.toString().slice(from, to) }]
      : [],
  )
}

/** With that, because what was typed before this page knew of the split is carried to where it was typed. */
const withOwn = (context: FollowContext, cell: CellId, cut: CutOff) => {
  const own = ownRemainders(context, cell, cut)
  const text = own
    .toReversed()
    .reduce((sum, { at, typed }) => sum.slice(0, at) + typed + sum.slice(at), cut.text)
  const shifted = (offset: number): number =>
    own.reduce((sum, { at, typed }) => (at <= offset ? sum + typed.length : sum), offset)
  return { text, anchor: shifted(cut.anchor), head: shifted(cut.head) }
}

const follow = ({ notebook, focusCell }: FollowContext, cell: CellId, cut: CutOff): void => {
  const { text, anchor, head } = cut
  const places = placesAfterSplit(notebook.doc, cell, text)
  const [start, end] = [places?.(anchor), places?.(head)]
  if (!start || !end) return
  const selected = { anchor: start.cell === end.cell ? start.at : 0, head: end.at }
  focusCell(end.cell, 'edit', anchor === head ? end.at : selected)
}

/** What was composed went with the split; what it became in the end is left over, and takes its place. */
const followComposed = (
  context: FollowContext,
  cell: CellId,
  cut: CutOff,
  composed: string,
  at: number,
): void => {
  const { doc } = context.notebook
  const place = placesAfterSplit(doc, cell, cut.text)?.(at)
  const own = ownRemainders(context, cell, cut)
  if (!place || own.length === 0) return follow(context, cell, cut)
  const typed = own.map((each) => each.typed).join('')
  const end = place.at + composed.length
  const isThere = cellSource(doc, place.cell)?.toString().slice(place.at, end) === composed
  for (const { from, to } of own.toReversed())
    apply(doc, { type: 'splice-source', id: cell, from, to, insert: '' })
  apply(doc, {
    type: 'splice-source',
    id: place.cell,
    from: place.at,
    to: isThere ? end : place.at,
    insert: typed,
  })
  context.focusCell(place.cell, 'edit', place.at + typed.length)
}

/** Once the change of the document is complete and its cells are on the page. */
export const followLater = (context: FollowContext, cell: CellId, cut: CutOff): void => {
  const { composed } = cut
  if (composed !== null && context.notebook.writable)
    return queueMicrotask(() => followComposed(context, cell, cut, composed.text, composed.at))
  const whole = { ...cut, ...withOwn(context, cell, cut) }
  queueMicrotask(() => follow(context, cell, whole))
}
