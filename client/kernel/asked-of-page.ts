// What a cell's code asks the page to do once it has run: code for the person's next step (%load, %recall), as
// JupyterLab does it, and an address to be opened (webbrowser.open).
import type * as Y from 'yjs'
import { apply } from '../../shared/notebook/document/apply.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import type { CellId, Leaf } from '../../shared/notebook/notebook.ts'
import { displayLeaf } from '../../shared/notebook/output/output.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'

export interface NextInput {
  readonly text: string
  /** The cell's own text is to become this; otherwise a cell below it has it. */
  readonly replace: boolean
}

/** As an act of the person, who can undo it. `ran` is what the cell said: what was written since is not lost. */
export const putNextInput = (doc: Y.Doc, id: CellId, ran: string, { text, replace }: NextInput): void => {
  const source = cellSource(doc, id)?.toString()
  if (replace && source === ran)
    apply(doc, { type: 'splice-source', id, from: 0, to: ran.length, insert: text })
  else apply(doc, { type: 'insert-cell', id: newCellId(), kind: 'code', after: id, source: text })
}

/** Null where it was opened or is nothing that a page may open; else the link in its place. */
export const openAddress = (address: string, mayOpen: boolean): Leaf | null => {
  const url = URL.parse(address)
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return null
  // A browser opens none where the person's click was long ago.
  const opened = mayOpen ? window.open(url.href) : null
  if (opened !== null) {
    opened.opener = null
    return null
  }
  const link = document.createElement('a')
  link.href = url.href
  link.target = '_blank'
  link.textContent = url.href
  return displayLeaf({ 'text/html': `<p>${link.outerHTML}</p>`, 'text/plain': url.href }, {})
}
