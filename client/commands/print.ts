// Ctrl+P. The browser's own printing does not wait for what is far from the window; this does.
import { paper } from '../output/paper.ts'
import type { NotebookContext } from './context.ts'

export const print = async ({
  announce,
  showError,
}: Pick<NotebookContext, 'announce' | 'showError'>): Promise<void> => {
  announce('Preparing to print …')
  const lacking = await paper.ready(document)
  if (lacking > 0) showError(`Printed without ${lacking} outputs that could not be shown in time.`)
  window.print()
  paper.end()
}
