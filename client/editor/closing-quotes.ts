// Typing the three quotes that end a Python string goes over those that were put there when it was begun, one at a time.
// CodeMirror goes over all three at the first key, so that the second and third would be written behind them.
import { syntaxTree } from '@codemirror/language'
import { EditorSelection, Prec, type EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/** Whether the next character belongs to the three quotes that end a string. */
const isBeforeEnd = (state: EditorState, at: number, quote: string): boolean => {
  if (state.sliceDoc(at, at + 1) !== quote) return false
  const three = quote.repeat(3)
  for (let node = syntaxTree(state).resolveInner(at, 1); ;) {
    if (node.name.endsWith('String') && node.to - 3 <= at && at < node.to) {
      const text = state.sliceDoc(node.from, node.to)
      const [, prefix = ''] = /^([A-Za-z]*)/.exec(text) ?? []
      // The caret is behind the three that begin it.
      const begun = at - node.from - prefix.length
      return text.startsWith(three, prefix.length) && text.endsWith(three) && begun >= 3
    }
    if (node.parent === null) return false
    node = node.parent
  }
}

export const closingQuotes: Extension = Prec.high(
  EditorView.inputHandler.of((view, from, to, text) => {
    const { state } = view
    if ((text !== '"' && text !== "'") || from !== to || view.composing || state.readOnly) return false
    const { ranges } = state.selection
    if (!ranges.every(({ empty, head }) => empty && isBeforeEnd(state, head, text))) return false
    view.dispatch({
      selection: EditorSelection.create(
        ranges.map(({ head }) => EditorSelection.cursor(head + 1)),
        state.selection.mainIndex,
      ),
      scrollIntoView: true,
      userEvent: 'input.type',
    })
    return true
  }),
)
