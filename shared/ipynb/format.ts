import type { Leaf, Notebook } from '../notebook/notebook.ts'
import { withComments } from './comments.ts'
import { cellDepth, writeCell, type CellText } from './cell-write.ts'
import { readExtra } from './extra.ts'
import { freshId } from './fresh.ts'
import { gaps, writeAround, writeJson, writeMembers } from './json-write.ts'
import { fromLeaves, inOrder } from './keys.ts'
import { readStyle } from './style.ts'
import { fill, type Parts } from './verbatim.ts'

/** A notebook as standard JSON, before hand-written formatting is restored (see verbatim.ts). */
export interface StandardText {
  /** The text up to the opening bracket of the list of cells, and after the last cell. */
  readonly frame: Parts
  /** Each with its leading white space, without the commas in between. */
  readonly cells: readonly CellText[]
}

/**
 * The text of the .ipynb, including byte-order mark and line ends, to be encoded as UTF-8. A notebook from `parseNotebook`
 * is reproduced byte for byte (nbformat 3 as 4.5), and a changed cell only changes its own lines. Blob references in
 * outputs must be replaced by their values before (see notebook/detach.ts).
 */
export const formatNotebook = (notebook: Notebook): string => {
  const { newline, bom, frame } = readStyle(notebook.format)
  const standard = standardText(notebook)
  const cells = standard.cells.map(({ parts, source }, index) =>
    fill(parts, source, readExtra(notebook.cells[index]?.extra ?? null).verbatim, 'null', cellDepth),
  )
  const text = fill(standard.frame, cells.join(','), frame, '', 0)
  return (bom ? '\ufeff' : '') + (newline === '\n' ? text : text.replaceAll('\n', newline))
}

export const standardText = (notebook: Notebook): StandardText => {
  const style = readStyle(notebook.format)
  const ids = fileIds(notebook)
  const list = '\n' + style.indent
  const [open, , close] = gaps(style, list)
  const between = style.spaced ? ' ' : open
  const cells = notebook.cells.map((cell, index): CellText => {
    const { parts, source } = writeCell(cell, readExtra(cell.extra), ids[index], style, list + style.indent)
    return { parts: [(index === 0 ? open : between) + parts[0], parts[1]], source }
  })

  const { format, meta, extra } = notebook
  const texts = new Map(fromLeaves(extra).map(([key, leaf]) => [key, writeJson(leaf, style, list, 1)]))
  texts.set('cells', '')
  const members = inOrder(withComments(fromLeaves(meta), notebook), style.metaKeys)
  texts.set('metadata', writeMembers(members, style, list, 1))
  texts.set('nbformat', String(format.nbformat))
  texts.set('nbformat_minor', String(format.minor))
  const [head, tail] = writeAround(inOrder([...texts], style.topKeys), 'cells', style, '\n')
  const end = (cells.length > 0 ? close : '') + ']' + tail + (style.finalNewline ? '\n' : '')
  return { frame: [head + '[', end], cells }
}

/** Before nbformat 4.5 a cell only has an id if the file had one. */
const fileIds = ({ cells, format }: Notebook): readonly (Leaf | undefined)[] => {
  const taken = new Set(cells.map((cell) => cell.id as string))
  return cells.map((cell) => {
    const { id } = readExtra(cell.extra)
    if (id !== undefined) return id ?? undefined
    if (format.minor < 5) return undefined
    return cell.id === '' ? freshId(cell.source, taken) : cell.id
  })
}
