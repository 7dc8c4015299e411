// The default keys of every command: JupyterLab's, and for commands it lacks those of Notebook, VS Code or Colab if
// they do not conflict. A command can have keys only in the places listed here.
import { bookmarkNumbers, type Bookmark } from '../../shared/notebook/document/bookmarks.ts'
import { kindViews } from '../cell-kinds/views.ts'
import type { KeyTable } from './keymap.ts'

const inCommandMode = (...command: string[]) => ({ command })
const inEditMode = (...edit: string[]) => ({ edit })
const inBoth = (...keys: string[]) => ({ command: keys, edit: keys })

const bookmarkKeys = Object.fromEntries(
  bookmarkNumbers.map((number) => [`bookmark-${number}`, inCommandMode(`g ${number}`)]),
) as unknown as Readonly<Record<`bookmark-${Bookmark}`, { readonly command: readonly string[] }>>

export const headingLevels = [1, 2, 3, 4, 5, 6] as const

const headingKeys = Object.fromEntries(
  headingLevels.map((level) => [`heading-${level}`, inCommandMode(String(level))]),
) as unknown as Readonly<
  Record<`heading-${(typeof headingLevels)[number]}`, { readonly command: readonly string[] }>
>

const kindKeys: Readonly<Record<`to-${string}`, { readonly command: readonly string[] }>> =
  Object.fromEntries(kindViews.map(({ kind, change }) => [`to-${kind.name}`, inCommandMode(...change.keys)]))

export const defaultKeys = {
  'run-advance': inBoth('Shift-Enter'),
  run: inBoth('Mod-Enter', 'Ctrl-Enter'),
  'run-insert': inBoth('Alt-Enter'),
  'run-all': inBoth('Ctrl-F9'),
  'run-above': inBoth('Ctrl-F8'),
  'run-below': inBoth('Ctrl-F10'),
  stop: inBoth(),
  interrupt: { command: ['i i'], edit: [] },
  restart: { command: ['0 0'], edit: [] },
  'restart-run-all': inBoth(),
  'restart-clear': inBoth(),
  'install-missing': inCommandMode('Shift-i'),
  explain: { command: ['g e'], edit: [] },
  fix: { command: ['g f'], edit: [] },
  'clear-outputs': inBoth(),
  'clear-all-outputs': inBoth(),
  edit: inCommandMode('Enter'),
  leave: { command: ['Escape'], edit: ['Escape', 'Ctrl-m'] },
  'select-above': inCommandMode('ArrowUp', 'k'),
  'select-below': inCommandMode('ArrowDown', 'j'),
  'extend-above': inCommandMode('Shift-ArrowUp', 'Shift-k'),
  'extend-below': inCommandMode('Shift-ArrowDown', 'Shift-j'),
  'extend-top': inCommandMode('Shift-Home'),
  'extend-bottom': inCommandMode('Shift-End'),
  'select-all': inCommandMode('Mod-a'),
  'heading-above': inCommandMode('ArrowLeft'),
  'heading-below': inCommandMode('ArrowRight'),
  'fold-all': inCommandMode('Ctrl-Shift-ArrowLeft'),
  'unfold-all': inCommandMode('Ctrl-Shift-ArrowRight'),
  'insert-above': { command: ['a'], edit: [] },
  'insert-below': { command: ['b'], edit: [] },
  'insert-heading-above': inCommandMode('Shift-a'),
  'insert-heading-below': inCommandMode('Shift-b'),
  copy: inCommandMode('c'),
  cut: inCommandMode('x'),
  paste: inCommandMode('v'),
  'paste-above': inCommandMode('Shift-v'),
  delete: inCommandMode('d d'),
  'move-up': { command: ['Ctrl-Shift-ArrowUp', 'Mod-Shift-ArrowUp', 'Alt-ArrowUp'], edit: [] },
  'move-down': { command: ['Ctrl-Shift-ArrowDown', 'Mod-Shift-ArrowDown', 'Alt-ArrowDown'], edit: [] },
  merge: inCommandMode('Shift-m'),
  'merge-above': inCommandMode('Ctrl-Backspace'),
  'merge-below': inCommandMode('Ctrl-Shift-m'),
  // Shift and - : with Shift, a punctuation key is named by the character it types.
  split: inEditMode('Ctrl-_'),
  ...kindKeys,
  ...headingKeys,
  skip: inCommandMode('Shift-h'),
  pin: inCommandMode('t'),
  'fold-input': inCommandMode('Shift-o'),
  'fold-output': inCommandMode('o'),
  'scroll-output': inCommandMode('w'),
  comment: inBoth('Mod-Alt-m'),
  'edit-with-model': inBoth('Mod-Shift-e'),
  'next-change': { command: ['g n', 'Alt-F5'], edit: ['Alt-F5'] },
  'previous-change': { command: ['g p', 'Alt-Shift-F5'], edit: ['Alt-Shift-F5'] },
  'keep-change': inCommandMode('g k'),
  'take-back-change': inCommandMode('g t'),
  'keep-all-changes': inBoth(),
  'take-back-all-changes': inBoth(),
  bookmark: inCommandMode('g g'),
  ...bookmarkKeys,
  undo: { command: ['z', 'Mod-z'], edit: ['Mod-z'], panel: ['Mod-z'] },
  redo: {
    command: ['Shift-z', 'Mod-Shift-z', 'Mod-y', 'Ctrl-y'],
    edit: ['Mod-Shift-z', 'Mod-y', 'Ctrl-y'],
    panel: ['Mod-Shift-z', 'Mod-y', 'Ctrl-y'],
  },
  print: { command: ['Mod-p'], edit: ['Mod-p'], panel: ['Mod-p'] },
  save: { command: ['Mod-s', 's'], edit: ['Mod-s'] },
  'new-notebook': inBoth('Mod-Alt-n'),
  'new-tab': inBoth('Ctrl-Shift-l'),
  'close-tab': inBoth('Alt-w'),
  'next-tab': inBoth('Ctrl-}'),
  'previous-tab': inBoth('Ctrl-{'),
  'split-view': inBoth('Mod-\\'),
  'line-numbers': { command: ['Shift-l'], edit: [] },
  'next-new': inBoth(),
  find: { command: ['Mod-f', 'f'], edit: ['Mod-f'] },
  replace: inBoth('Mod-h'),
  'find-next': inBoth('Mod-g'),
  'find-previous': inBoth('Mod-Shift-g'),
  'find-in-selection': inBoth('Alt-l'),
  palette: { ...inBoth('Mod-Shift-c', 'Mod-Shift-p', 'F1'), panel: ['Mod-Shift-c', 'Mod-Shift-p', 'F1'] },
  outline: inCommandMode('Mod-Shift-k'),
  files: inBoth('Mod-Shift-f'),
  packages: inBoth(),
  variables: inBoth(),
  comments: inBoth('Mod-Alt-Shift-a'),
  context: { command: ['g c'], edit: [] },
  history: inBoth(),
  settings: inBoth('Mod-,'),
  keys: { command: ['h', 'Mod-Shift-h'], edit: ['Mod-Shift-h'], panel: ['h', 'Mod-Shift-h'] },
  'close-panel': { panel: ['Escape'] },

  'go-above': inEditMode('ArrowUp'),
  'go-below': inEditMode('ArrowDown'),
  'ask-for-suggestion': inEditMode('Alt-\\'),
  'next-table-cell': inEditMode('Tab'),
  'previous-table-cell': inEditMode('Shift-Tab'),
  'align-table': inEditMode('Alt-Shift-f'),
  complete: inEditMode('Tab'),
  'list-completions': inEditMode('Ctrl-Space'),
  indent: inEditMode('Tab', 'Mod-]'),
  documentation: inEditMode('Shift-Tab'),
  dedent: inEditMode('Shift-Tab', 'Mod-['),
  'toggle-comment': inEditMode('Mod-/'),
  'toggle-block-comment': inEditMode('Alt-a'),
  bold: inEditMode('Mod-b'),
  'select-next-occurrence': inEditMode('Mod-Shift-d'),
  'delete-line': inEditMode('Mod-d', 'Mod-Shift-k'),
  'move-line-up': inEditMode('Alt-ArrowUp'),
  'move-line-down': inEditMode('Alt-ArrowDown'),
  'copy-line-up': inEditMode('Alt-Shift-ArrowUp'),
  'copy-line-down': inEditMode('Alt-Shift-ArrowDown'),

  'previous-completion': { completions: ['ArrowUp'] },
  'next-completion': { completions: ['ArrowDown'] },
  'completions-up': { completions: ['PageUp'] },
  'completions-down': { completions: ['PageDown'] },
  'accept-completion': { completions: ['Enter'] },
  'take-completion': { completions: ['Tab'] },
  'close-completions': { completions: ['Escape'] },
  'accept-suggestion': { suggestion: ['Tab', 'Alt-End'] },
  'next-suggestion': { suggestion: ['Alt-]'] },
  'previous-suggestion': { suggestion: ['Alt-['] },
  'hide-suggestion': { suggestion: ['Escape'] },
  'close-documentation': { documentation: ['Escape'] },
} as const satisfies KeyTable

export type CommandId = keyof typeof defaultKeys | `to-${string}`
