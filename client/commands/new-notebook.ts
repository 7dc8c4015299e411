import { folderOf } from '../files/folder.ts'
import { markCreatedHere } from '../kernel/permission.ts'
import { createUntitled } from '../notebooks/untitled.ts'
import type { NotebookContext } from './context.ts'

/** Creates a notebook next to this one, and goes there. */
export const newNotebook = async ({ notebook, visit, showError }: NotebookContext): Promise<void> => {
  if (!notebook.grant.allows('write')) return showError('Read only: you cannot create notebooks.')
  const made = await createUntitled(folderOf(notebook.path))
  if (!made.ok) return showError(`A notebook could not be created: ${made.reason}.`)
  markCreatedHere(made.path)
  visit(made.path)
}
