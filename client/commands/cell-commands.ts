// The commands for cells on the clipboard, and for merging and splitting them, for the table of all commands. What they do
// loads once the notebook is shown.
import type { CellId } from '../../shared/notebook/notebook.ts'
import type * as clipboard from './clipboard.ts'
import type { Command } from './command.ts'
import type { NotebookContext } from './context.ts'
import { later, LaterScript } from './later.ts'
import { selectedCells } from './select.ts'

const clipboardScript = new LaterScript(() => import('./clipboard.ts'))
const mergeScript = new LaterScript(() => import('./merge.ts'))

/** Early, so that they work offline, and while the key is pressed. */
export const loadCellCommands = (): Promise<unknown> =>
  Promise.all([clipboardScript.load(), mergeScript.load()])

/** On the cells that are selected now. */
const onSelected =
  (action: (loaded: typeof clipboard, context: NotebookContext, cells: readonly CellId[]) => unknown) =>
  (context: NotebookContext): unknown => {
    const cells = selectedCells(context)
    return clipboardScript.use(context, (loaded) => action(loaded, context, cells))
  }

export const clipboardCommands: readonly Command[] = [
  { id: 'copy', title: 'Copy cell', run: onSelected(({ copyCells }, ...on) => copyCells(...on)) },
  { id: 'cut', title: 'Cut cell', run: onSelected(({ cutCells }, ...on) => cutCells(...on)) },
  {
    id: 'paste',
    title: 'Paste cell below',
    run: later(clipboardScript, ({ pasteCells }, context) => pasteCells(context, 'below')),
  },
  {
    id: 'paste-above',
    title: 'Paste cell above',
    run: later(clipboardScript, ({ pasteCells }, context) => pasteCells(context, 'above')),
  },
]

export const mergeCommands: readonly Command[] = [
  {
    id: 'merge',
    title: 'Merge selected cells',
    run: later(mergeScript, ({ mergeSelected }, context) => mergeSelected(context)),
  },
  {
    id: 'merge-above',
    title: 'Merge with the cell above',
    run: later(mergeScript, ({ mergeWith }, context) => mergeWith(context, 'above')),
  },
  {
    id: 'merge-below',
    title: 'Merge with the cell below',
    run: later(mergeScript, ({ mergeWith }, context) => mergeWith(context, 'below')),
  },
]

/** At the caret, or around the selected text, of the cell's source. */
export const splitCell = (context: NotebookContext, cell: CellId, from: number, to: number): void =>
  void mergeScript.use(context, ({ split }) => split(context, cell, [from, to]))
