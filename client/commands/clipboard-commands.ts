// The commands for cells on the clipboard, for the table of all commands. What they do loads once the notebook is shown.
import type { CellId } from '../../shared/notebook/notebook.ts'
import { reasonOf } from '../document/database.ts'
import type * as clipboard from './clipboard.ts'
import type { Command } from './command.ts'
import type { NotebookContext } from './context.ts'
import { selectedCells } from './select.ts'

const load = (): Promise<typeof clipboard> => import('./clipboard.ts')

/** So that they work offline, and while the key is pressed. A failure is ignored: the first use tries again. */
export const loadClipboardAfterPaint = (): void => {
  requestAnimationFrame(() => setTimeout(() => void load().catch(() => undefined)))
}

type Action = (loaded: typeof clipboard, context: NotebookContext, cells: readonly CellId[]) => Promise<void>

const onClipboard =
  (action: Action) =>
  (context: NotebookContext): void => {
    const cells = selectedCells(context)
    void load().then(
      (loaded) => action(loaded, context, cells),
      (error: unknown) => context.showError(`The clipboard cannot be used: ${reasonOf(error)}`),
    )
  }

export const clipboardCommands: readonly Command[] = [
  { id: 'copy', title: 'Copy cell', run: onClipboard(({ copyCells }, ...on) => copyCells(...on)) },
  { id: 'cut', title: 'Cut cell', run: onClipboard(({ cutCells }, ...on) => cutCells(...on)) },
  {
    id: 'paste',
    title: 'Paste cell below',
    run: onClipboard(({ pasteCells }, context) => pasteCells(context, 'below')),
  },
  {
    id: 'paste-above',
    title: 'Paste cell above',
    run: onClipboard(({ pasteCells }, context) => pasteCells(context, 'above')),
  },
]
