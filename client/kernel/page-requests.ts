// What a cell's code asks of the page after its run: code for the next cell (%load, %recall), as in JupyterLab, and a
// URL to open (webbrowser.open).
import type * as Y from 'yjs'
import { apply } from '../../shared/notebook/document/apply.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import type { CellId, Leaf } from '../../shared/notebook/notebook.ts'
import { displayLeaf } from '../../shared/notebook/output/output.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'

export interface NextInput {
  readonly text: string
  /** It replaces the cell's own source; otherwise it goes into a cell below. */
  readonly replace: boolean
}

/** As an edit of the person, who can undo it. `ran` is the source that ran: later edits are not overwritten. */
export const putNextInput = (doc: Y.Doc, id: CellId, ran: string, { text, replace }: NextInput): void => {
  const source = cellSource(doc, id)?.toString()
  if (replace && source === ran)
    apply(doc, { type: 'splice-source', id, from: 0, to: ran.length, insert: text })
  else apply(doc, { type: 'insert-cell', id: newCellId(), kind: 'code', after: id, source: text })
}

/** Null if it was opened, or is no URL a page may open; else a link to show instead. */
export const openUrl = (text: string, mayOpen: boolean): Leaf | null => {
  const url = URL.parse(text)
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return null
  // A browser opens nothing if the last click was too long ago.
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
