// Commands within a text, besides typing and moving the caret, which are the editor's own. False: it does not apply.
import { acceptCompletion, closeCompletion, moveCompletionSelection } from '@codemirror/autocomplete'
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
import { completeWord, isListing, listCompletions, moveInList, takeCompletion } from './completion.ts'
import type { TextCommand } from './text-command-titles.ts'
import { bold } from './bold.ts'
import { askForLine } from './line-dialog.ts'
import { selectNextOccurrence } from './next-occurrence.ts'
import {
  acceptSuggestion,
  askForSuggestion,
  hideSuggestion,
  isSuggesting,
  nextSuggestion,
  previousSuggestion,
} from './suggestion.ts'
import { alignTable, nextTableCell, previousTableCell } from './tables.ts'
import { askHint, closeHint, isHinting } from './hint.ts'

export const textCommands: Readonly<Record<TextCommand, Command>> = {
  'accept-suggestion': acceptSuggestion,
  'next-suggestion': nextSuggestion,
  'previous-suggestion': previousSuggestion,
  'hide-suggestion': hideSuggestion,
  'ask-for-suggestion': askForSuggestion,
  'next-table-cell': nextTableCell,
  'previous-table-cell': previousTableCell,
  'align-table': alignTable,
  complete: completeWord,
  'list-completions': listCompletions,
  documentation: askHint,
  indent: indentMore,
  dedent: indentLess,
  'toggle-comment': toggleComment,
  'toggle-block-comment': toggleBlockComment,
  bold,
  'go-to-line': askForLine,
  'select-next-occurrence': selectNextOccurrence,
  'delete-line': deleteLine,
  'move-line-up': moveLineUp,
  'move-line-down': moveLineDown,
  'copy-line-up': copyLineUp,
  'copy-line-down': copyLineDown,
  'previous-completion': moveInList(moveCompletionSelection(false)),
  'next-completion': moveInList(moveCompletionSelection(true)),
  'completions-up': moveInList(moveCompletionSelection(false, 'page')),
  'completions-down': moveInList(moveCompletionSelection(true, 'page')),
  'accept-completion': acceptCompletion,
  'take-completion': takeCompletion,
  'close-completions': closeCompletion,
  'close-documentation': closeHint,
}

/** The places where a key pressed in an editor may have a meaning, nearest first. */
export const placesIn = (
  state: EditorState,
): readonly ('completions' | 'suggestion' | 'documentation' | 'edit')[] => [
  ...(isListing(state) ? ['completions' as const] : []),
  ...(isSuggesting(state) ? ['suggestion' as const] : []),
  ...(isHinting(state) ? ['documentation' as const] : []),
  'edit',
]

const ours: readonly ((view: EditorView) => boolean)[] = Object.values(textCommands)

/** The editor's own keys, without those of the commands above, which are in the keymap. */
export const editorKeys: readonly KeyBinding[] = defaultKeymap.filter(
  ({ run }) => run === undefined || !ours.includes(run),
)
