// A text is indented as its lines already are: Python refuses one with tabs in some lines and spaces in others.
import { indentUnit } from '@codemirror/language'
import type { EditorState, Extension, Text } from '@codemirror/state'
import type { EditorOptions } from '../settings/settings.ts'

/** Columns of a tab, as in a static source. */
export const tabSize = 4

/** Lines that are looked at: in a long text without any indentation, a keystroke must not read all of it. */
const mostLines = 500
/** A line indented by more continues another one. */
const widest = 8

/** How the first indented line begins. */
const firstIndent = (text: Text): string | null => {
  let left = mostLines
  for (const line of text.iterLines()) {
    const [, indent = ''] = /^(\t|[ ]+)[^\s]/.exec(line) ?? []
    if (indent !== '' && indent.length <= widest) return indent
    if (--left === 0) break
  }
  return null
}

const unitOf = ({ doc }: EditorState, chosen: EditorOptions['indent']): string => {
  const found = firstIndent(doc)
  if (found === '\t') return found
  if (chosen !== 'tab') return ' '.repeat(chosen)
  return found ?? '\t'
}

/** `chosen`: for a text without indented lines, and the number of spaces. */
export const ownIndent = (chosen: EditorOptions['indent']): Extension =>
  indentUnit.compute(['doc'], (state) => unitOf(state, chosen))
