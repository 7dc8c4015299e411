// A notebook as the text of a file. The format loads once the notebook is shown, or with its first use.
import type { Notebook } from '../../shared/notebook/notebook.ts'

export const formatNotebook = async (notebook: Notebook): Promise<string> =>
  (await import('../../shared/ipynb/format.ts')).formatNotebook(notebook)

/** So that cells can be copied offline. A failure is ignored: the first use tries again. */
export const loadFileFormatAfterPaint = (): void => {
  const load = (): Promise<unknown> => import('../../shared/ipynb/format.ts')
  requestAnimationFrame(() => setTimeout(() => void load().catch(() => undefined)))
}
