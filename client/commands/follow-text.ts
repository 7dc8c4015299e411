// When somebody else splits or merges the cell one writes in, the caret goes with its text.
import type { CutOff } from '../editor/cut-off.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { carryFrom } from '../../shared/notebook/document/carry.ts'
import { Copies, runsBetween } from '../../shared/notebook/document/copies.ts'
import { placesAfterSplit } from '../../shared/notebook/document/moved-text.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from './context.ts'

type FollowContext = Pick<NotebookContext, 'notebook' | 'focusCell'>

/** What this page's person typed in the text that is gone, by where it was in it. */
const ownRemainders = ({ notebook: { doc } }: FollowContext, cell: CellId, { remainders }: CutOff) => {
  const upper = cellSource(doc, cell)
  return remainders.flatMap(({ from, to, at }) => {
    const runs = upper === undefined ? [] : runsBetween(upper, from, to)
    const isOwn = runs.every(({ client }) => client === doc.clientID)
    return upper && isOwn ? [{ at, runs, typed: upper.toString().slice(from, to) }] : []
  })
}

type Own = ReturnType<typeof ownRemainders>

/** Together with that, because it is carried to where it was typed. */
const withOwn = (cut: CutOff, own: Own): CutOff => {
  const text = own
    .toReversed()
    .reduce((sum, { at, typed }) => sum.slice(0, at) + typed + sum.slice(at), cut.text)
  const shifted = (offset: number): number =>
    own.reduce((sum, { at, typed }) => (at <= offset ? sum + typed.length : sum), offset)
  return { ...cut, text, anchor: shifted(cut.anchor), head: shifted(cut.head) }
}

const follow = ({ notebook, focusCell }: FollowContext, cell: CellId, cut: CutOff): void => {
  const { text, anchor, head } = cut
  const places = placesAfterSplit(notebook.doc, cell, text)
  const [start, end] = [places?.(anchor), places?.(head)]
  if (!start || !end) return
  const selected = { anchor: start.cell === end.cell ? start.at : 0, head: end.at }
  focusCell(end.cell, 'edit', anchor === head ? end.at : selected)
}

/** While changes were held back it was typed after this page knew of the split, so it is still in the upper cell. */
const followHeld = (context: FollowContext, cell: CellId, cut: CutOff, own: Own): void => {
  const { notebook, focusCell } = context
  const { doc } = notebook
  const { composed } = cut
  const place = composed === null ? null : placesAfterSplit(doc, cell, cut.text)?.(composed.at)
  // What was composed went with the split; what it became in the end takes its place.
  if (composed !== null && place && own.length > 0) {
    const [id, from, to] = [place.cell, place.at, place.at + composed.text.length]
    if (cellSource(doc, id)?.toString().slice(from, to) === composed.text)
      apply(doc, { type: 'splice-source', id, from, to, insert: '' })
  }
  carryFrom(
    doc,
    cell,
    new Copies(doc),
    own.flatMap(({ runs }) => runs),
  )
  if (!place || own.length === 0) return follow(context, cell, withOwn(cut, own))
  focusCell(place.cell, 'edit', place.at + own.reduce((sum, { typed }) => sum + typed.length, 0))
}

/** Once the change of the document is complete and its cells are on the page. */
export const followLater = (context: FollowContext, cell: CellId, cut: CutOff): void => {
  const own = ownRemainders(context, cell, cut)
  const isHeld = cut.isHeld && context.notebook.writable
  queueMicrotask(() =>
    isHeld ? followHeld(context, cell, cut, own) : follow(context, cell, withOwn(cut, own)),
  )
}
