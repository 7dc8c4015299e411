import type { EditorView } from '@codemirror/view'
import type { CommandId } from '../keymap/default-keys.ts'
import type { NotebookContext } from './context.ts'

export interface Command {
  readonly id: CommandId
  readonly title: string
  /** A few more words in a menu. */
  readonly about?: string
  /** For what is on or off. */
  readonly checked?: (context: NotebookContext) => boolean
  /** Whether this person may do it; by default, everybody who may write. */
  readonly may?: (context: NotebookContext) => boolean
  /** Changes nothing in the notebook: its keys work even if no cell was entered. */
  readonly harmless?: true
  /**
   * `text` is the editor in which the key was pressed. False: it does not apply here, and another command may have the
   * key.
   */
  readonly run: (context: NotebookContext, text: EditorView | null) => unknown
}
