// Every command with its keys: the one table the keyboard obeys, the list of keys shows and a palette can search.
import { bookmarked, bookmarkNumbers } from '../../shared/notebook/bookmarks.ts'
import { type CellFlag } from '../../shared/notebook/flags.ts'
import { type CellId, type KindName } from '../../shared/notebook/notebook.ts'
import { visibleCells } from '../../shared/notebook/read.ts'
import { usualKind } from '../../shared/notebook/cell-kinds/kinds.ts'
import { kindViews } from '../cell-kinds/views.ts'
import {
  cellBefore,
  cellBehind,
  deleteCell,
  insertCell,
  moveCell,
  setKind,
  toggleBookmark,
  toggleFlag,
  toggleFold,
} from './cells.ts'
import { copyCell, cutCell, pasteCells } from './clipboard.ts'
import { type NotebookContext } from './context.ts'
import {
  clearOutputs,
  installMissing,
  interrupt,
  restart,
  runAll,
  runAndAdvance,
  runAndInsert,
  runCell,
  stopCell,
} from './runs.ts'
import { save } from './save.ts'
import { type Mode } from './selection.ts'

/** `Mod` is Cmd on a Mac and Ctrl elsewhere; keys separated by a space are struck one after another. */
export type Keys = string

export interface Command {
  readonly id: string
  readonly title: string
  readonly keys: Readonly<Partial<Record<Mode, readonly Keys[]>>>
  readonly run: (context: NotebookContext) => void
}

/** A command on the selected cell. */
const onCell =
  (action: (context: NotebookContext, cell: CellId) => void) =>
  (context: NotebookContext): void => {
    if (context.selection.cell !== null) action(context, context.selection.cell)
  }

/** What is asked for while the notebook opens is done when it is open. */
const whenOpen =
  (name: string, action: (context: NotebookContext) => void) =>
  (context: NotebookContext): void =>
    context.whenOpen(name, () => action(context))

const both = (...keys: Keys[]): Command['keys'] => ({ command: keys, edit: keys })
const command = (...keys: Keys[]): Command['keys'] => ({ command: keys })

const step =
  (towards: (context: NotebookContext, cell: CellId) => CellId | null) =>
  (context: NotebookContext): void => {
    const { cell } = context.selection
    // At the first and the last one it is still going there.
    if (cell !== null) context.focusCell(towards(context, cell) ?? cell, 'command', null)
  }

const toKind = (kind: KindName) => onCell((context, cell) => setKind(context, cell, kind))

const toFlag = (flag: CellFlag) => onCell((context, cell) => toggleFlag(context, cell, flag))

const toFold = (what: 'source' | 'output') => onCell((context, cell) => toggleFold(context, cell, what))

const goTo = (context: NotebookContext, target: CellId | null, at: number | null = null): void => {
  if (target !== null && visibleCells(context.notebook.doc).includes(target))
    context.focusCell(target, context.selection.mode, at)
}

/** To the cell that a step of undo changed, and the place in its source. */
const goToChange = (context: NotebookContext, changed: CellId | null): void => {
  const { place } = context.notebook.undo
  goTo(context, changed, place?.cell === changed ? place.at : null)
}

export const commands: readonly Command[] = [
  {
    id: 'run-advance',
    title: 'Run and go on',
    keys: both('Shift-Enter'),
    run: whenOpen('Run and go on', onCell(runAndAdvance)),
  },
  {
    id: 'run',
    title: 'Run cell',
    keys: both('Mod-Enter', 'Ctrl-Enter'),
    run: whenOpen('Run cell', onCell(runCell)),
  },
  {
    id: 'run-insert',
    title: 'Run and insert below',
    keys: both('Alt-Enter'),
    run: whenOpen('Run and insert below', onCell(runAndInsert)),
  },
  { id: 'run-all', title: 'Run all', keys: {}, run: whenOpen('Run all', runAll) },
  { id: 'stop', title: 'Stop cell', keys: {}, run: onCell(stopCell) },
  {
    id: 'interrupt',
    title: 'Interrupt kernel',
    keys: command('i i'),
    run: interrupt,
  },
  {
    id: 'restart',
    title: 'Restart kernel',
    keys: command('0 0'),
    run: restart,
  },
  {
    id: 'install-missing',
    title: 'Install what the cell lacks',
    keys: command('Shift-i'),
    run: (context) => installMissing(context, context.selection.cell),
  },
  { id: 'clear-outputs', title: 'Clear outputs', keys: {}, run: onCell(clearOutputs) },
  {
    id: 'edit',
    title: 'Edit cell',
    keys: command('Enter'),
    run: onCell((context, cell) => context.focusCell(cell, 'edit', null)),
  },
  {
    id: 'leave',
    title: 'Leave the text',
    keys: both('Escape'),
    run: onCell((context, cell) => context.focusCell(cell, 'command', null)),
  },
  {
    id: 'select-above',
    title: 'Select the cell above',
    keys: command('ArrowUp', 'k'),
    run: step(cellBefore),
  },
  {
    id: 'select-below',
    title: 'Select the cell below',
    keys: command('ArrowDown', 'j'),
    run: step(cellBehind),
  },
  {
    id: 'insert-above',
    title: 'Insert a cell above',
    keys: command('a'),
    run: onCell((context, cell) => insertCell(context, usualKind, cellBefore(context, cell), 'command')),
  },
  {
    id: 'insert-below',
    title: 'Insert a cell below',
    keys: command('b'),
    // Where there is none yet, it is below the top.
    run: (context) => {
      const { cell } = context.selection
      if (cell !== null || visibleCells(context.notebook.doc).length === 0)
        insertCell(context, usualKind, cell, 'command')
    },
  },
  { id: 'copy', title: 'Copy the cell', keys: command('c'), run: onCell((...on) => void copyCell(...on)) },
  { id: 'cut', title: 'Cut the cell', keys: command('x'), run: onCell((...on) => void cutCell(...on)) },
  { id: 'paste', title: 'Paste below', keys: command('v'), run: (context) => void pasteCells(context) },
  { id: 'delete', title: 'Delete cell', keys: command('d d'), run: onCell(deleteCell) },
  {
    id: 'move-up',
    title: 'Move cell up',
    keys: command('Mod-Shift-ArrowUp'),
    run: onCell((context, cell) => moveCell(context, cell, -1)),
  },
  {
    id: 'move-down',
    title: 'Move cell down',
    keys: command('Mod-Shift-ArrowDown'),
    run: onCell((context, cell) => moveCell(context, cell, 1)),
  },
  ...kindViews.map(({ kind: { name }, change }): Command => ({
    id: `to-${name}`,
    title: change.title,
    keys: change.keys.length === 0 ? {} : command(...change.keys),
    run: toKind(name),
  })),
  { id: 'skip', title: 'Hide the cell from the model', keys: command('Shift-h'), run: toFlag('skipped') },
  { id: 'pin', title: 'Pin the cell for the model', keys: command('t'), run: toFlag('pinned') },
  { id: 'fold-input', title: 'Fold the source', keys: command('Shift-o'), run: toFold('source') },
  { id: 'bookmark', title: 'Bookmark the cell', keys: command('g g'), run: onCell(toggleBookmark) },
  ...bookmarkNumbers.map((number): Command => ({
    id: `bookmark-${number}`,
    title: `Go to bookmark ${number}`,
    keys: command(`g ${number}`),
    run: (context) => goTo(context, bookmarked(context.notebook.doc, number)),
  })),
  { id: 'fold-output', title: 'Fold the output', keys: command('o'), run: toFold('output') },
  {
    id: 'undo',
    title: 'Undo',
    keys: { command: ['z', 'Mod-z'], edit: ['Mod-z'] },
    run: (context) =>
      context.notebook.undo.canUndo
        ? goToChange(context, context.notebook.undo.undo())
        : context.announce('There is nothing to undo.'),
  },
  {
    id: 'redo',
    title: 'Redo',
    keys: { command: ['Shift-z', 'Mod-Shift-z', 'Mod-y'], edit: ['Mod-Shift-z', 'Mod-y'] },
    run: (context) =>
      context.notebook.undo.canRedo
        ? goToChange(context, context.notebook.undo.redo())
        : context.announce('There is nothing to redo.'),
  },
  { id: 'save', title: 'Say when it is in the file', keys: both('Mod-s'), run: save },
]
