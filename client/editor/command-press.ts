// Which key presses in a text go to the notebook's commands. Another editor keymap (Vim) keeps some for itself.
import { Facet } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

/** The press that the commands get, possibly a translated one; null: none. */
export type CommandPress = (event: KeyboardEvent, view: EditorView) => KeyboardEvent | null

export const commandPress = Facet.define<CommandPress, CommandPress>({
  combine: ([first]) => first ?? ((event) => event),
})
