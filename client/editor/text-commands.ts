// What keys do within a text, besides typing and moving the caret, which are the editor's own. False: it does not apply.
import {
  acceptCompletion,
  closeCompletion,
  moveCompletionSelection,
  startCompletion,
} from '@codemirror/autocomplete'
import {
  copyLineDown,
  copyLineUp,
  defaultKeymap,
  deleteLine,
  indentLess,
  indentMore,
  moveLineDown,
  moveLineUp,
  toggleBlockComment,
  toggleComment,
} from '@codemirror/commands'
import type { EditorState } from '@codemirror/state'
import type { Command, EditorView, KeyBinding } from '@codemirror/view'
import { completeWord, isListing, takeCompletion } from './completion.ts'
import { alignTable, nextTableCell, previousTableCell } from './tables.ts'
import { askHint, closeHint, isHinting } from './hint.ts'

export const textCommands = {
  'next-table-cell': ['Next cell of the table', nextTableCell],
  'previous-table-cell': ['Previous cell of the table', previousTableCell],
  'align-table': ['Align the table', alignTable],
  complete: ['Complete code', completeWord],
  'list-completions': ['Show completions', startCompletion],
  documentation: ['Show documentation', askHint],
  indent: ['Indent', indentMore],
  dedent: ['Dedent', indentLess],
  'toggle-comment': ['Toggle comment', toggleComment],
  'toggle-block-comment': ['Toggle block comment', toggleBlockComment],
  'delete-line': ['Delete line', deleteLine],
  'move-line-up': ['Move line up', moveLineUp],
  'move-line-down': ['Move line down', moveLineDown],
  'copy-line-up': ['Copy line up', copyLineUp],
  'copy-line-down': ['Copy line down', copyLineDown],
  'previous-completion': ['Previous completion', moveCompletionSelection(false)],
  'next-completion': ['Next completion', moveCompletionSelection(true)],
  'completions-up': ['One page up', moveCompletionSelection(false, 'page')],
  'completions-down': ['One page down', moveCompletionSelection(true, 'page')],
  'accept-completion': ['Accept the selected completion', acceptCompletion],
  'take-completion': ['Accept the selected or first completion', takeCompletion],
  'close-completions': ['Close the list', closeCompletion],
  'close-documentation': ['Close the documentation', closeHint],
} as const satisfies Readonly<Record<string, readonly [title: string, run: Command]>>

/** Where a key pressed in an editor may mean something, the nearest first. */
export const placesIn = (state: EditorState): readonly ('completions' | 'documentation' | 'edit')[] => [
  ...(isListing(state) ? ['completions' as const] : []),
  ...(isHinting(state) ? ['documentation' as const] : []),
  'edit',
]

const ours: readonly ((view: EditorView) => boolean)[] = Object.values(textCommands).map(([, run]) => run)

/** The editor's own keys, without those of the commands above, which the keymap has. */
export const editorKeys: readonly KeyBinding[] = defaultKeymap.filter(
  ({ run }) => run === undefined || !ours.includes(run),
)
