// Adds the next occurrence of the selected text to the selection; selects the word at the caret first.
import { EditorSelection } from '@codemirror/state'
import { EditorView, type Command } from '@codemirror/view'

export const selectNextOccurrence: Command = ({ state, dispatch }) => {
  const { selection } = state
  const { main } = selection
  if (main.empty) {
    const word = state.wordAt(main.head)
    if (word === null) return false
    dispatch({ selection: word })
    return true
  }
  const text = state.doc.toString()
  const wanted = state.sliceDoc(main.from, main.to)
  const isTaken = (at: number): boolean => selection.ranges.some(({ from }) => from === at)
  const behind = text.indexOf(wanted, main.to)
  const found = behind < 0 ? text.indexOf(wanted) : behind
  if (found < 0 || isTaken(found)) return false
  const range = EditorSelection.range(found, found + wanted.length)
  dispatch({ selection: selection.addRange(range), effects: EditorView.scrollIntoView(range) })
  return true
}
