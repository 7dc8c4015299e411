// Builds the context for editing a cell or a part of it: the cells down to that one, then the text and the request. Null
// if the cell is hidden from models.
import type { CellId, Notebook } from '../notebook/notebook.ts'
import type { FindBlob } from '../notebook/document/blob-references.ts'
import { buildContext, type Context, type Surroundings } from './build.ts'
import { promptCell } from './thread.ts'
import { untrusted } from './untrusted.ts'

export interface WantedEdit {
  readonly cell: CellId
  /** The text to replace: the whole source or a part of it. */
  readonly text: string
  readonly whole: boolean
  readonly request: string
}

export const buildEditContext = (
  notebook: Notebook,
  { cell, text, whole, request }: WantedEdit,
  around: Surroundings,
  find?: FindBlob,
): Context | null => {
  const at = notebook.cells.findIndex(({ id }) => id === cell)
  const edited = notebook.cells[at]
  if (edited === undefined || edited.meta['skipped'] === true) return null
  const what = whole ? `the source of cell ${at + 1}` : `this part of the source of cell ${at + 1}`
  const asked = promptCell(
    // Not a valid cell id, so no cell of the notebook has it.
    'edit request',
    `You edit ${what}, the last cell above:

${untrusted('the text to edit', text)}

Answer with the new text that takes its place, all of it and nothing else: no explanation, no fence around it. Leave as it is what need not change. What should change:

${request}`,
    null,
  )
  return buildContext(
    { ...notebook, cells: [...notebook.cells.slice(0, at + 1), asked] },
    asked.id,
    around,
    find,
  )
}
