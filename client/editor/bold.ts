// Makes the selected Markdown bold, or no longer bold.
import { EditorSelection } from '@codemirror/state'
import type { Command } from '@codemirror/view'
import { markdownLanguage } from '@codemirror/lang-markdown'

const mark = '**'

/** Only in Markdown. */
export const bold: Command = ({ state, dispatch }) => {
  if (state.readOnly || !markdownLanguage.isActiveAt(state, state.selection.main.head)) return false
  const change = state.changeByRange((range) => {
    const { from, to } = range.empty ? (state.wordAt(range.head) ?? range) : range
    const isBold =
      state.sliceDoc(from - mark.length, from) === mark && state.sliceDoc(to, to + mark.length) === mark
    const { length } = mark
    const shift = isBold ? -length : length
    return {
      changes: isBold
        ? [
            { from: from - length, to: from },
            { from: to, to: to + length },
          ]
        : [
            { from, insert: mark },
            { from: to, insert: mark },
          ],
      range: EditorSelection.range(range.anchor + shift, range.head + shift),
    }
  })
  dispatch(state.update(change, { userEvent: 'input', scrollIntoView: true }))
  return true
}
