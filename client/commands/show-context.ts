// Shows what a prompt sends to the model.
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from './context.ts'

/** Or closes the panel, if it shows this prompt. */
export const showContext = (
  { selection, panels }: Pick<NotebookContext, 'selection' | 'panels'>,
  cell: CellId,
): void => {
  const isShown = selection.cell === cell && panels.isOpen('context')
  selection.set(cell, 'command')
  if (isShown || !panels.isOpen('context')) panels.toggle('context')
}
