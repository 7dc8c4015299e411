// Leaving a text with the arrow keys.
import { Facet } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

/** Whether arrow keys move to the next cell; not for a text within a cell, such as a reply. */
export const arrowsLeave = Facet.define<boolean, boolean>({ combine: ([leave]) => leave ?? false })

/** Whether the caret, without a selection, is in the first or last visual line. */
export const leavesText = (view: EditorView, towards: 'above' | 'below'): boolean => {
  const { main } = view.state.selection
  if (!view.state.facet(arrowsLeave) || !main.empty) return false
  const end = towards === 'above' ? 0 : view.state.doc.length
  const [caret, edge] = [view.coordsAtPos(main.head), view.coordsAtPos(end)]
  return caret !== null && edge !== null && Math.abs(caret.top - edge.top) <= 2
}
