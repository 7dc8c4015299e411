// What the list of notebooks does with one, from inside it.
import { deleteNotebook } from '../document/notebooks-api.ts'
import { duplicate } from '../notebooks/duplicate.ts'
import { nameOf } from '../notebooks/notebook-path.ts'
import type { NotebookContext } from './context.ts'

type FileContext = Pick<NotebookContext, 'notebook' | 'visit' | 'leaveBinned' | 'confirm' | 'showError'>

/** Until the relay has what was written here. Without a connection it is not waited for. */
const sent = (notebook: NotebookContext['notebook']): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (notebook.sync === 'unsaved' || notebook.sync === 'connecting') return
      stop()
      resolve()
    }
    const stop = notebook.on(look)
    look()
  })

/** Opens the copy. */
export const duplicateNotebook = async ({ notebook, visit, showError }: FileContext): Promise<void> => {
  await sent(notebook)
  const made = await duplicate(notebook.path, false)
  if (made.ok) visit(made.path)
  else showError(`${notebook.path} could not be copied: ${made.reason}.`)
}

const bin = async ({ notebook, leaveBinned, showError }: FileContext): Promise<void> => {
  await sent(notebook)
  const { path } = notebook
  const answer = await deleteNotebook(path)
  if (answer.ok) leaveBinned({ path, undo: answer.undo })
  else showError(`${path} could not be moved to the bin: ${answer.reason}.`)
}

export const moveToBin = (context: FileContext): void =>
  context.confirm(
    `Move ${nameOf(context.notebook.path)} to the bin? It can be restored from there.`,
    'Move to bin',
    () => void bin(context),
  )
