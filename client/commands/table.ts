// All commands: for keys, buttons, menus and a palette. Their keys are in the keymap.
import type { EditorView } from '@codemirror/view'
import { bookmarked, bookmarkNumbers } from '../../shared/notebook/document/bookmarks.ts'
import type { CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import type { CellId, KindName } from '../../shared/notebook/notebook.ts'
import { cellSource, visibleCells } from '../../shared/notebook/document/read.ts'
import { defaultKind } from '../../shared/notebook/cell-kinds/kinds.ts'
import { kindViews } from '../cell-kinds/views.ts'
import {
  cellBefore,
  cellBehind,
  deleteCells,
  insertCell,
  moveCells,
  setKind,
  toggleBookmark,
  toggleFlags,
} from './cells.ts'
import { loadedEditor } from '../editor/load.ts'
import { textCommandTitles, type TextCommand } from '../editor/text-command-titles.ts'
import type { Command } from './command.ts'
import { beginComment } from './comment.ts'
import { clipboardCommands, mergeCommands, splitCell } from './cell-commands.ts'
import type { NotebookContext } from './context.ts'
import { defaultKeys, headingLevels, type CommandId } from '../keymap/default-keys.ts'
import {
  clearAllOutputs,
  clearOutputs,
  installMissing,
  interrupt,
  restart,
  runAll,
  runAllAbove,
  runAsSeen,
  runAllBelow,
  runAndAdvance,
  runAndInsert,
  runSelected,
  stopCell,
} from './runs.ts'
import { exportCommands } from './export-commands.ts'
import { foldCommands } from './fold-commands.ts'
import { later, LaterScript } from './later.ts'
import { reviewTable } from './review-table.ts'
import { newNotebook } from './new-notebook.ts'
import { pathCommands } from './path-commands.ts'
import { print } from './print.ts'
import { save } from './save.ts'
import { foldOrGoAbove, insertHeading, setHeading, unfoldOrGoBelow } from './sections.ts'
import { extend, selectAll, selectedCells } from './select.ts'
import { viewCommands } from './view-commands.ts'

/** A command on the selected cell. */
const onCell =
  (action: (context: NotebookContext, cell: CellId) => void) =>
  (context: NotebookContext): void => {
    if (context.selection.cell !== null) action(context, context.selection.cell)
  }

const explainScript = new LaterScript(() => import('./explain.ts'))
const asking = (question: 'explain' | 'fix') =>
  later(explainScript, ({ askAbout }, context) => onCell((...on) => askAbout(...on, question))(context))

/** A command on all selected cells. */
const onCells =
  <T>(action: (context: NotebookContext, cells: readonly CellId[]) => T) =>
  (context: NotebookContext): T | undefined => {
    const cells = selectedCells(context)
    return cells.length === 0 ? undefined : action(context, cells)
  }

/** A command that is queued while the notebook opens. */
const whenOpen = (id: CommandId, title: string, action: (context: NotebookContext) => void): Command => ({
  id,
  title,
  run: (context) => context.whenOpen(title, () => action(context)),
})

const step =
  (towards: (context: NotebookContext, cell: CellId) => CellId | null) =>
  (context: NotebookContext): void => {
    const { cell } = context.selection
    // At the first or last cell, focusing the cell itself still counts.
    if (cell !== null) context.focusCell(towards(context, cell) ?? cell, 'command', null)
  }

const nextNew = (context: NotebookContext): void => {
  const cells = visibleCells(context.notebook.doc)
  const from = context.selection.cell === null ? 0 : cells.indexOf(context.selection.cell) + 1
  const next = [...cells.slice(from), ...cells.slice(0, from)].find((cell) => context.unseen.has(cell))
  if (next === undefined) context.announce('Nothing is new since your last visit.')
  else context.focusCell(next, 'command', null)
}

/** Leaves a text by its first or last line. */
const leave =
  (towards: 'above' | 'below') =>
  (context: NotebookContext, text: EditorView | null): boolean => {
    const { cell } = context.selection
    if (text === null || cell === null || loadedEditor()?.leavesText(text, towards) !== true) return false
    const next = (towards === 'above' ? cellBefore : cellBehind)(context, cell)
    if (next === null) return false
    const { head } = text.state.selection.main
    const column = head - text.state.doc.lineAt(head).from
    context.focusCell(
      next,
      'edit',
      inEdgeLine(cellSource(context.notebook.doc, next)?.toString() ?? '', towards, column),
    )
    return true
  }

/** In the last line of the cell above, or the first one of the cell below. */
const inEdgeLine = (source: string, towards: 'above' | 'below', column: number): number => {
  const from = towards === 'above' ? source.lastIndexOf('\n') + 1 : 0
  const end = source.indexOf('\n', from)
  return Math.min(from + column, end < 0 ? source.length : end)
}

const inText = (id: TextCommand): Command => ({
  id,
  title: textCommandTitles[id],
  run: (_, text) => text !== null && loadedEditor()?.textCommands[id](text) === true,
})

const loadFormat = () => import('./format.ts')

const toKind = (kind: KindName) => onCells((context, cells) => setKind(context, cells, kind))

const toFlag = (flag: CellFlag) => onCells((context, cells) => toggleFlags(context, cells, flag))

/** At the caret, or around the selected text. */
const splitAtCaret = (context: NotebookContext, text: EditorView | null): boolean => {
  const { cell } = context.selection
  if (text === null || cell === null) return false
  // The text may be a reply.
  if (text.state.doc.toString() !== cellSource(context.notebook.doc, cell)?.toString()) return false
  const { from, to } = text.state.selection.main
  splitCell(context, cell, from, to)
  return true
}

const goTo = (context: NotebookContext, target: CellId | null, at: number | null = null): void => {
  if (target !== null && visibleCells(context.notebook.doc).includes(target))
    context.focusCell(target, context.selection.mode, at)
}

/**
 * Undoes or redoes a step, and goes to the cell that it changed and to the position in its source. Where the step took that
 * cell away, as that of a split does, it goes to the text that it changed besides.
 */
const goToChange = (context: NotebookContext, step: () => CellId | null): void => {
  const { mode } = context.selection
  const changed = step()
  const { place } = context.notebook.undo
  const visible = visibleCells(context.notebook.doc)
  if (changed !== null && visible.includes(changed))
    return context.focusCell(changed, mode, place?.cell === changed ? place.at : null)
  if (changed !== null && place !== null && place.at !== null && visible.includes(place.cell))
    context.focusCell(place.cell, mode, place.at)
}

export const commands: readonly Command[] = [
  whenOpen('run-advance', 'Run cell and advance', onCells(runAndAdvance)),
  whenOpen('run', 'Run cell', onCells(runSelected)),
  whenOpen('run-insert', 'Run cell and insert below', onCells(runAndInsert)),
  whenOpen('run-all', 'Run all', runAll),
  whenOpen('run-above', 'Run all above', onCell(runAllAbove)),
  whenOpen('run-below', 'Run cell and all below', onCell(runAllBelow)),
  { id: 'stop', title: 'Stop cell', run: onCell(stopCell) },
  {
    id: 'interrupt',
    title: 'Interrupt kernel',
    run: interrupt,
  },
  {
    id: 'restart',
    title: 'Restart kernel',
    run: (context) => restart(context),
  },
  {
    id: 'restart-run-all',
    title: 'Restart kernel and run all',
    run: (context) => restart(context, () => runAsSeen(context, null)),
  },
  {
    id: 'restart-run-to',
    title: 'Restart kernel and run up to the selected cell',
    run: onCell((context, cell) => restart(context, () => runAsSeen(context, cell))),
  },
  {
    id: 'restart-clear',
    title: 'Restart kernel and clear all outputs',
    run: (context) => restart(context, () => () => clearAllOutputs(context)),
  },
  {
    id: 'install-missing',
    title: 'Install the missing package',
    run: (context) => installMissing(context, context.selection.cell),
  },
  { id: 'explain', title: 'Explain the error', run: asking('explain') },
  { id: 'fix', title: 'Fix the error', run: asking('fix') },
  { id: 'clear-outputs', title: 'Clear outputs', run: onCells(clearOutputs) },
  { id: 'clear-all-outputs', title: 'Clear all outputs', run: clearAllOutputs },
  {
    id: 'edit',
    title: 'Enter edit mode',
    run: onCell((context, cell) => context.focusCell(cell, 'edit', null)),
  },
  {
    id: 'leave',
    title: 'Enter command mode',
    run: onCell((context, cell) => {
      if (context.selection.mode === 'command') context.find.close()
      context.focusCell(cell, 'command', null)
    }),
  },
  {
    id: 'select-above',
    title: 'Select cell above',
    run: step(cellBefore),
  },
  {
    id: 'select-below',
    title: 'Select cell below',
    run: step(cellBehind),
  },
  { id: 'extend-above', title: 'Extend selection above', run: (context) => extend(context, 'above') },
  { id: 'extend-below', title: 'Extend selection below', run: (context) => extend(context, 'below') },
  { id: 'extend-top', title: 'Extend selection to the top', run: (context) => extend(context, 'top') },
  {
    id: 'extend-bottom',
    title: 'Extend selection to the bottom',
    run: (context) => extend(context, 'bottom'),
  },
  { id: 'select-all', title: 'Select all cells', run: selectAll },
  { id: 'heading-above', title: 'Collapse section or go to heading above', run: onCell(foldOrGoAbove) },
  {
    id: 'heading-below',
    title: 'Expand section or go to heading below',
    run: onCell(unfoldOrGoBelow),
  },
  ...foldCommands,
  {
    id: 'insert-above',
    title: 'Insert cell above',
    run: onCells((context, [cell]) => {
      if (cell !== undefined) insertCell(context, defaultKind, cellBefore(context, cell), 'command')
    }),
  },
  {
    id: 'insert-below',
    title: 'Insert cell below',
    // In an empty notebook it goes to the top.
    run: (context) => {
      const cell = selectedCells(context).at(-1) ?? null
      if (cell !== null || visibleCells(context.notebook.doc).length === 0)
        insertCell(context, defaultKind, cell, 'command')
    },
  },
  {
    id: 'insert-heading-above',
    title: 'Insert heading above',
    run: onCell((context, cell) => insertHeading(context, cell, 'above')),
  },
  {
    id: 'insert-heading-below',
    title: 'Insert heading below',
    run: onCell((context, cell) => insertHeading(context, cell, 'below')),
  },
  ...clipboardCommands,
  { id: 'delete', title: 'Delete cell', run: onCells(deleteCells) },
  ...mergeCommands,
  { id: 'split', title: 'Split cell at the caret', run: splitAtCaret },
  {
    id: 'move-up',
    title: 'Move cell up',
    run: onCells((context, cells) => moveCells(context, cells, -1)),
  },
  {
    id: 'move-down',
    title: 'Move cell down',
    run: onCells((context, cells) => moveCells(context, cells, 1)),
  },
  ...kindViews.map(({ kind: { name }, change }): Command => ({
    id: `to-${name}`,
    title: change.title,
    run: toKind(name),
  })),
  ...headingLevels.map((level): Command => ({
    id: `heading-${level}`,
    title: `Change note to heading ${level}`,
    run: onCells((context, cells) => setHeading(context, cells, level)),
  })),
  { id: 'skip', title: 'Hide cell from the model', run: toFlag('skipped') },
  { id: 'pin', title: 'Pin cell for the model', run: toFlag('pinned') },
  { id: 'comment', title: 'Comment', harmless: true, run: (context, text) => beginComment(context, text) },
  ...reviewTable,
  { id: 'bookmark', title: 'Bookmark cell', run: onCell(toggleBookmark) },
  ...bookmarkNumbers.map((number): Command => ({
    id: `bookmark-${number}`,
    title: `Go to bookmark ${number}`,
    run: (context) => goTo(context, bookmarked(context.notebook.doc, number)),
  })),
  {
    id: 'format',
    title: 'Format cell',
    run: onCells((...on) => void loadFormat().then(({ format }) => format(...on))),
  },
  {
    id: 'format-all',
    title: 'Format all cells',
    run: (context) => void loadFormat().then(({ formatAll }) => formatAll(context)),
  },
  { id: 'scroll-output', title: 'Scroll output, or show it whole', run: toFlag('scrolled') },
  {
    id: 'undo',
    title: 'Undo',
    run: (context) =>
      context.notebook.undo.canUndo
        ? goToChange(context, () => context.notebook.undo.undo())
        : context.announce('There is nothing to undo.'),
  },
  {
    id: 'redo',
    title: 'Redo',
    run: (context) =>
      context.notebook.undo.canRedo
        ? goToChange(context, () => context.notebook.undo.redo())
        : context.announce('There is nothing to redo.'),
  },
  { id: 'save', title: 'Save', run: save },
  ...pathCommands,
  { id: 'open', title: 'Open notebook', harmless: true, run: ({ changeTabs }) => changeTabs('open') },
  { id: 'new-tab', title: 'New tab', harmless: true, run: ({ changeTabs }) => changeTabs('new') },
  { id: 'close-tab', title: 'Close tab', harmless: true, run: ({ changeTabs }) => changeTabs('close') },
  { id: 'next-tab', title: 'Next tab', harmless: true, run: ({ changeTabs }) => changeTabs('next') },
  {
    id: 'previous-tab',
    title: 'Previous tab',
    harmless: true,
    run: ({ changeTabs }) => changeTabs('previous'),
  },
  { id: 'split-view', title: 'Split view', harmless: true, run: ({ changeTabs }) => changeTabs('split') },
  {
    id: 'new-notebook',
    title: 'New notebook',
    harmless: true,
    may: ({ notebook }) => notebook.grant.allows('write'),
    run: (context) => void newNotebook(context),
  },
  { ...whenOpen('print', 'Print', (context) => void print(context)), harmless: true },
  {
    id: 'line-numbers',
    title: 'Show line numbers',
    checked: ({ settings }) => settings.get('editor').lineNumbers,
    run: ({ settings }) => {
      const editor = settings.get('editor')
      settings.set('editor', { ...editor, lineNumbers: !editor.lineNumbers })
    },
  },
  { id: 'next-new', title: 'Next cell new since your last visit', harmless: true, run: nextNew },
  ...exportCommands,
  { id: 'find', title: 'Find', harmless: true, run: ({ find }, text) => find.open(text) },
  { id: 'replace', title: 'Find and replace', run: ({ find }, text) => find.open(text, true) },
  { id: 'find-next', title: 'Next match', harmless: true, run: ({ find }) => find.go(1) },
  { id: 'find-previous', title: 'Previous match', harmless: true, run: ({ find }) => find.go(-1) },
  {
    id: 'find-in-selection',
    title: 'Find in selection',
    harmless: true,
    run: ({ find }) => find.toggleSelection(),
  },
  ...viewCommands,
  { id: 'close-panel', title: 'Close panel', run: ({ panels }) => panels.closeTop() },
  { id: 'go-above', title: 'Go to the cell above', run: leave('above') },
  { id: 'go-below', title: 'Go to the cell below', run: leave('below') },
  ...(Object.keys(textCommandTitles) as TextCommand[]).map(inText),
]

const byId = new Map(commands.map((command) => [command.id, command]))

export const commandOf = (id: CommandId): Command => {
  const command = byId.get(id)
  if (command === undefined) throw new Error(`no command ${id}`)
  return command
}

export const isCommandId = (id: string): id is CommandId => Object.hasOwn(defaultKeys, id)
