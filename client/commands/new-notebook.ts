import { beginNotebook } from '../elements/begin-notebook.ts'
import { folderOf } from '../files/folder.ts'
import type { NotebookContext } from './context.ts'

/** Creates a notebook next to this one, and goes there. */
export const newNotebook = async ({ notebook, visit, showError }: NotebookContext): Promise<void> => {
  if (!notebook.grant.allows('write')) return showError('Read only: you cannot create notebooks.')
  const made = await beginNotebook(folderOf(notebook.path), visit)
  if (!made.ok) showError(`A notebook could not be created: ${made.reason}.`)
}
