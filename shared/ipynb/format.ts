import type { Leaf, Notebook } from '../notebook/notebook.ts'
import { aroundCell, writeCell, type CellText } from './cell-write.ts'
import { readExtra } from './extra.ts'
import { freshId } from './fresh.ts'
import { gaps, writeAround, writeJson, writeMembers } from './json-write.ts'
import { fromLeaves, inOrder } from './keys.ts'
import { readStyle } from './style.ts'
import { fill, type Parts } from './verbatim.ts'

/** Notebooks in their standard text, before what the file had by hand is put in: see verbatim.ts. */
export interface StandardText {
  /** Up to the opening bracket of the list of cells, and from the end of the last cell. */
  readonly frame: Parts
  /** Each with the white space before it; commas stand between. */
  readonly cells: readonly CellText[]
}

/**
 * The text of the .ipynb, for UTF-8; its byte-order mark and line ends included. A notebook as `parseNotebook`
 * gave it comes back byte for byte (nbformat 3 as 4.5), and a changed cell changes its own lines only.
 * Outputs must hold their values (notebook/detach.ts): a reference is written as it stands.
 */
export function formatNotebook(notebook: Notebook): string {
  const { newline, bom, frame } = readStyle(notebook.format)
  const standard = standardText(notebook)
  const cells = standard.cells.map(({ parts, source }, index) =>
    fill(parts, source, readExtra(notebook.cells[index]?.extra ?? null).verbatim, 'null', aroundCell),
  )
  const text = fill(standard.frame, cells.join(','), frame, '', 0)
  return (bom ? '\ufeff' : '') + (newline === '\n' ? text : text.replaceAll('\n', newline))
}

export function standardText(notebook: Notebook): StandardText {
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
  texts.set('metadata', writeMembers(inOrder(fromLeaves(meta), style.metaKeys), style, list, 1))
  texts.set('nbformat', String(format.nbformat))
  texts.set('nbformat_minor', String(format.minor))
  const [head, tail] = writeAround(inOrder([...texts], style.topKeys), 'cells', style, '\n')
  const end = (cells.length > 0 ? close : '') + ']' + tail + (style.finalNewline ? '\n' : '')
  return { frame: [head + '[', end], cells }
}

/** Below 4.5 a cell has an id only where the file gave it one. */
function fileIds({ cells, format }: Notebook): readonly (Leaf | undefined)[] {
  const taken = new Set(cells.map((cell) => cell.id as string))
  return cells.map((cell) => {
    const { id } = readExtra(cell.extra)
    if (id !== undefined) return id ?? undefined
    if (format.minor < 5) return undefined
    return cell.id === '' ? freshId(cell.source, taken) : cell.id
  })
}
