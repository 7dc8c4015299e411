// Commands for the notebook's path. They change nothing in it.
import type { Command } from './command.ts'
import type { NotebookContext } from './context.ts'

/** Whether this person may create and move notebooks. */
const may = ({ notebook }: NotebookContext): boolean => notebook.grant.allows('write')

const asking = (id: 'save-as' | 'rename', title: string): Command => ({
  id,
  title,
  harmless: true,
  may,
  run: (context) => {
    const { notebook, panels, showError } = context
    if (!may(context)) showError('Read only: you cannot create or rename notebooks.')
    else if (!notebook.loaded) showError('The notebook is not open yet.')
    else panels.toggle(id)
  },
})

export const pathCommands: readonly Command[] = [
  asking('save-as', 'Save notebook as'),
  asking('rename', 'Rename notebook'),
]
