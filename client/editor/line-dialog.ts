// Asks for the number of a line and puts the caret there.
import { getDialog, showDialog, type Command, type EditorView } from '@codemirror/view'

const goTo = (view: EditorView, number: number): void => {
  const { doc } = view.state
  const { from } = doc.line(Math.min(Math.max(number, 1), doc.lines))
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true })
}

const ask = async (view: EditorView): Promise<void> => {
  const { doc, selection } = view.state
  const value = String(doc.lineAt(selection.main.head).number)
  const { result } = showDialog(view, {
    class: 'nb-line-dialog',
    label: 'Go to line',
    input: { type: 'text', name: 'line', inputmode: 'numeric', 'aria-label': 'Go to line', value },
    submitLabel: 'Go',
    focus: true,
  })
  const form = await result
  const asked = form === null ? '' : new FormData(form).get('line')
  if (typeof asked === 'string' && /^\s*\d+\s*$/.test(asked)) goTo(view, Number(asked))
}

export const askForLine: Command = (view) => {
  if (getDialog(view, 'nb-line-dialog') === null) void ask(view)
  return true
}
