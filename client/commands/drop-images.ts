import { rasterMimes } from '../../shared/markdown/image.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { cellSource, readHead } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { viewOf } from '../cell-kinds/views.ts'
import { attach, type PasteContext } from './paste.ts'

/** Images dropped on a note become its attachments, at its end. False: they belong elsewhere. */
export const dropImages = async (
  context: PasteContext,
  cell: CellId,
  files: readonly File[],
): Promise<boolean> => {
  const { doc, writable } = context.notebook
  const takesImages = writable && viewOf(readHead(doc, cell)?.kind).takesImages
  if (!takesImages || !files.every(({ type }) => rasterMimes.some((mime) => mime === type))) return false
  const append = (text: string): void => {
    const source = cellSource(doc, cell)?.toString() ?? ''
    const insert = source === '' ? text : `${source.endsWith('\n') ? '\n' : '\n\n'}${text}`
    apply(doc, { type: 'splice-source', id: cell, from: source.length, to: source.length, insert })
  }
  for (const file of files) await attach(context, cell, file, append)
  return true
}
