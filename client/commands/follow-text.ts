// When somebody else splits or merges the cell one writes in, the caret goes with its text.
import type { CutOff } from '../editor/cut-off.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { runsBetween, type TextPlace } from '../../shared/notebook/document/copies.ts'
import { placesAfterSplit } from '../../shared/notebook/document/moved-text.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from './context.ts'

type FollowContext = Pick<NotebookContext, 'notebook' | 'focusCell'>

/** What this page's person typed in the text that is gone, by where it was in it. */
const ownRemainders = ({ notebook: { doc } }: FollowContext, cell: CellId, { remainders }: CutOff) => {
  const upper = cellSource(doc, cell)
  return remainders.flatMap(({ from, to, at }) => {
    const isOwn = upper && runsBetween(upper, from, to).every(({ client }) => client === doc.clientID)
    return isOwn ? [{ from, to, at, typed: upper.toString().slice(from, to) }] : []
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

const select = (
  focusCell: FollowContext['focusCell'],
  anchor: TextPlace | null,
  head: TextPlace | null,
): void => {
  if (anchor === null || head === null) return
  const start = anchor.cell === head.cell ? anchor.at : 0
  focusCell(head.cell, 'edit', start === head.at ? start : { anchor: start, head: head.at })
}

const follow = ({ notebook, focusCell }: FollowContext, cell: CellId, cut: CutOff): void => {
  const places = placesAfterSplit(notebook.doc, cell, cut.text)
  if (places !== null) select(focusCell, places(cut.anchor), places(cut.head))
}

/**
 * What was typed while changes were held back is still in the upper cell, behind all that is gone: this page knew of the
 * split by then. It goes where it was seen.
 */
const followHeld = ({ notebook, focusCell }: FollowContext, cell: CellId, cut: CutOff, own: Own): void => {
  const { doc } = notebook
  const { composed } = cut
  const places = placesAfterSplit(doc, cell, cut.text)
  const taken = composed?.text ?? ''
  const splice = (id: CellId, from: number, to: number, insert: string): unknown =>
    apply(doc, { type: 'splice-source', id, from, to, insert })
  const place = composed === null || own.length === 0 ? null : places?.(composed.at)
  // What was composed went with the split; what it became in the end takes its place.
  if (place && cellSource(doc, place.cell)?.toString().slice(place.at).startsWith(taken))
    splice(place.cell, place.at, place.at + taken.length, '')
  /** Offsets do not count what was composed. */
  const placeAt = (offset: number): TextPlace | null =>
    places?.(composed !== null && offset > composed.at ? offset + taken.length : offset) ?? null
  // The later ones first, so that the earlier ones keep their offsets.
  for (const { from, to, at, typed } of own.toReversed()) {
    const there = placeAt(at)
    if (there === null) continue
    splice(cell, from, to, '')
    splice(there.cell, there.at, there.at, typed)
  }
  const behindOwn = (offset: number): TextPlace | null => {
    const found = placeAt(offset)
    const before = own.filter(({ at }) => at === offset).reduce((sum, { typed }) => sum + typed.length, 0)
    return found === null ? null : { ...found, at: found.at + before }
  }
  select(focusCell, behindOwn(cut.anchor), behindOwn(cut.head))
}

/** Once the change of the document is complete and its cells are on the page. */
export const followLater = (context: FollowContext, cell: CellId, cut: CutOff): void => {
  const own = ownRemainders(context, cell, cut)
  const isHeld = cut.isHeld && context.notebook.writable
  queueMicrotask(() =>
    isHeld ? followHeld(context, cell, cut, own) : follow(context, cell, withOwn(cut, own)),
  )
}
