// A notebook as the text of a file. The format loads once the notebook is shown, or with its first use.
import { withoutMark } from '../../shared/ipynb/byte-order-mark.ts'
import type * as format from '../../shared/ipynb/format.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'

/** Early, so that cells can be copied offline. */
export const loadFileFormat = (): Promise<typeof format> => import('../../shared/ipynb/format.ts')

export const formatNotebook = async (notebook: Notebook): Promise<string> =>
  (await loadFileFormat()).formatNotebook(withoutMark(notebook))
