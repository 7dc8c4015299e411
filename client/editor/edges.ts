// Where the arrows lead out of a text.
import { Facet } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

/** Whether they go on to the next cell; of a text within a cell they do not. */
export const arrowsLeave = Facet.define<boolean, boolean>({ combine: ([leave]) => leave ?? false })

/** Whether the caret stands, without a selection, in the first or last line as it is wrapped. */
export const leavesText = (view: EditorView, towards: 'above' | 'below'): boolean => {
  const { main } = view.state.selection
  if (!view.state.facet(arrowsLeave) || !main.empty) return false
  const end = towards === 'above' ? 0 : view.state.doc.length
  const [caret, edge] = [view.coordsAtPos(main.head), view.coordsAtPos(end)]
  return caret !== null && edge !== null && Math.abs(caret.top - edge.top) <= 2
}
