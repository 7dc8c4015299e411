// When somebody else splits or merges the cell one writes in, the caret goes with its text.
import type { CutOff } from '../editor/cut-off.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { isWrittenBy, placesAfterSplit, type TextPlace } from '../../shared/notebook/document/moved-text.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext, SelectedText } from './context.ts'

type FollowContext = Pick<NotebookContext, 'notebook' | 'focusCell'>

/**
 * What this page's person typed before it knew of the split is left over in the upper cell. It goes where it was typed.
 */
const follow = ({ notebook, focusCell }: FollowContext, cell: CellId, cut: CutOff): void => {
  const { doc } = notebook
  const places = placesAfterSplit(doc, cell, cut.text)
  const upper = cellSource(doc, cell)
  if (places === null || upper === undefined) return
  const own = notebook.writable
    ? cut.remainders.filter(({ from, to }) => isWrittenBy(upper, from, to, doc.clientID))
    : []
  // It went there with the split; what it became in the end is left over.
  if (cut.composed !== null && own.length > 0) {
    const { cell: id, at: from } = places(cut.composed.at)
    const to = from + cut.composed.text.length
    if (cellSource(doc, id)?.toString().slice(from, to) === cut.composed.text)
      apply(doc, { type: 'splice-source', id, from, to, insert: '' })
  }
  // The later ones first, so that the earlier ones keep their offsets.
  for (const { from, to, at } of own.toReversed()) {
    const insert = upper.toString().slice(from, to)
    const place = places(at)
    apply(doc, { type: 'splice-source', id: cell, from, to, insert: '' })
    apply(doc, { type: 'splice-source', id: place.cell, from: place.at, to: place.at, insert })
  }
  /** After what was typed there. */
  const moved = (offset: number): TextPlace => {
    const place = places(offset)
    const before = own.filter(({ at }) => at <= offset && places(at).cell === place.cell)
    return { cell: place.cell, at: before.reduce((at, { from, to }) => at + to - from, place.at) }
  }
  const [anchor, head] = [moved(cut.anchor), moved(cut.head)]
  const selected: SelectedText = { anchor: anchor.cell === head.cell ? anchor.at : 0, head: head.at }
  focusCell(head.cell, 'edit', cut.anchor === cut.head ? head.at : selected)
}

/** Once the change of the document is complete and its cells are on the page. */
export const followLater = (context: FollowContext, cell: CellId, cut: CutOff): void =>
  queueMicrotask(() => follow(context, cell, cut))
