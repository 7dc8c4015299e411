// Asks for the number of a line and puts the caret there.
import { getDialog, showDialog, type Command, type EditorView } from '@codemirror/view'

const goTo = (view: EditorView, number: number): void => {
  const { doc } = view.state
  const { from } = doc.line(Math.min(Math.max(number, 1), doc.lines))
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true })
}

export const askForLine: Command = (view) => {
  if (getDialog(view, 'nb-line-dialog') !== null) return true
  const { doc, selection } = view.state
  const value = String(doc.lineAt(selection.main.head).number)
  const input = { type: 'text', name: 'line', inputmode: 'numeric', 'aria-label': 'Go to line', value }
  const { result } = showDialog(view, {
    class: 'nb-line-dialog',
    label: 'Go to line',
    input,
    submitLabel: 'Go',
    focus: true,
  })
  void result.then((form) => {
    const asked = form === null ? '' : new FormData(form).get('line')
    if (typeof asked === 'string' && /^\s*\d+\s*$/.test(asked)) goTo(view, Number(asked))
    view.focus()
  })
  return true
}
