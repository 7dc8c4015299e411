// Commands for the notebook as a whole: its path, a copy, the bin. They change nothing in it.
import type { Command } from './command.ts'
import type { NotebookContext } from './context.ts'
import { duplicateNotebook, moveToBin } from './notebook-file.ts'

/** Whether this person may create and move notebooks. */
const may = ({ notebook }: NotebookContext): boolean => notebook.grant.allows('write')

const readOnly = 'Read only: you cannot create, rename or delete notebooks.'

/** Of the file. */
const onFile = (
  id: 'duplicate' | 'move-to-bin',
  title: string,
  action: (context: NotebookContext) => unknown,
): Command => ({
  id,
  title,
  harmless: true,
  may,
  run: (context) => void (may(context) ? action(context) : context.showError(readOnly)),
})

const asking = (id: 'save-as' | 'rename', title: string): Command => ({
  id,
  title,
  harmless: true,
  may,
  run: (context) => {
    const { notebook, panels, showError } = context
    if (!may(context)) showError(readOnly)
    else if (!notebook.loaded) showError('The notebook is not open yet.')
    else panels.toggle(id)
  },
})

export const pathCommands: readonly Command[] = [
  asking('save-as', 'Save notebook as'),
  onFile('duplicate', 'Duplicate notebook', duplicateNotebook),
  asking('rename', 'Rename notebook'),
  onFile('move-to-bin', 'Move notebook to bin', moveToBin),
]
