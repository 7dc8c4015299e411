// Cells into one, and one into several.
import { newCellId } from '../../shared/notebook/ids.ts'
import type { Cell, CellId, KindName, Leaf, Leaves } from '../../shared/notebook/notebook.ts'
import type { Operation } from '../../shared/notebook/document/operations.ts'
import { cellSource, readCell, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { viewOf } from '../cell-kinds/views.ts'
import { actAll, cellBefore, cellBehind, deletion } from './cells.ts'
import type { CellContext } from './context.ts'
import { selectedCells } from './select.ts'

/** Code is joined by lines, prose by paragraphs. */
const separatorOf = (kind: KindName | undefined): string => (viewOf(kind).look === 'code' ? '\n' : '\n\n')

/** Adds a cell's attachments, under another name where its own is taken; returns its source with those names. */
const takeOver = (attachments: Map<string, Leaf>, cell: Cell | undefined): string => {
  let source = cell?.source ?? ''
  for (const [name, value] of Object.entries(cell?.attachments ?? {})) {
    let free = name
    for (let nth = 2; attachments.has(free); nth++) free = name.replace(/(\.\w+)?$/, `-${nth}$1`)
    attachments.set(free, value)
    if (free !== name) source = source.replaceAll(`attachment:${name})`, `attachment:${free})`)
  }
  return source
}

/** All into the current one, which keeps its kind and its output; the others are deleted. */
const merge = (context: CellContext, cells: readonly CellId[]): void => {
  const { doc } = context.notebook
  const target = context.selection.cell
  const at = target === null ? -1 : cells.indexOf(target)
  if (target === null || at < 0 || cells.length < 2) return
  const separator = separatorOf(readHead(doc, target)?.kind)
  const attachments = new Map(Object.entries(readCell(doc, target)?.attachments ?? {}))
  const sources = new Map(
    cells.map((cell) => [cell, cell === target ? '' : takeOver(attachments, readCell(doc, cell))]),
  )
  const own = cellSource(doc, target)?.length ?? 0
  const [above, below] = [cells.slice(0, at), cells.slice(at + 1)]
  /** The text of these cells goes to `from`, with a note on where each part is from. */
  const insert = (part: readonly CellId[], from: number): Operation[] => {
    if (part.length === 0) return []
    const texts = part.map((cell) => sources.get(cell) ?? '')
    const text = from === 0 ? texts.join(separator) + separator : separator + texts.join(separator)
    let start = from === 0 ? 0 : from + separator.length
    const notes = part.map((of, i): Operation => {
      const [length, was] = [texts[i]?.length ?? 0, cellSource(doc, of)?.length ?? 0]
      const note = {
        type: 'note-copy',
        id: target,
        at: start,
        of,
        from: 0,
        to: was,
        skip: 0,
        length,
      } as const
      start += length + separator.length
      return note
    })
    return [{ type: 'splice-source', id: target, from, to: from, insert: text }, ...notes]
  }
  const operations: Operation[] = [
    ...[...attachments].map(([name, value]): Operation => ({
      type: 'set-attachment',
      id: target,
      name,
      value,
    })),
    ...insert(below, own),
    ...insert(above, 0),
    ...[...above, ...below].map((cell) => deletion(context, cell)),
  ]
  if (!actAll(context, operations)) return
  context.focusCell(target, 'command', null)
  context.announce(`${cells.length} cells merged.`)
}

/** The selected cells; of one, it and the cell below. */
export const mergeSelected = (context: CellContext): void => {
  const cells = selectedCells(context)
  if (cells.length > 1) merge(context, cells)
  else mergeWith(context, 'below')
}

export const mergeWith = (context: CellContext, neighbour: 'above' | 'below'): void => {
  const { cell } = context.selection
  const other = cell === null ? null : (neighbour === 'above' ? cellBefore : cellBehind)(context, cell)
  if (cell === null || other === null) return
  const pair = new Set([cell, other])
  merge(
    context,
    visibleCells(context.notebook.doc).filter((each) => pair.has(each)),
  )
}

/**
 * At these offsets of the source. The first part stays where it is, so that others who write in it are not disturbed;
 * line breaks at the cuts are dropped.
 */
export const split = (context: CellContext, cell: CellId, cuts: readonly number[]): boolean => {
  const read = readCell(context.notebook.doc, cell)
  if (read === undefined) return false
  const { source, kind, meta, attachments } = read
  const edges = [...new Set([0, ...cuts, source.length])].sort((a, b) => a - b)
  const parts = edges.slice(0, -1).map((from, i) => ({ from, text: source.slice(from, edges[i + 1]) }))
  // At the start or the end, the new cell is empty.
  if (cuts.includes(0)) parts.unshift({ from: 0, text: '' })
  if (cuts.includes(source.length)) parts.push({ from: source.length, text: '' })
  const [first, ...rest] = parts
  if (first === undefined || rest.length === 0) return false
  const kept = first.text.replace(/(?<!\n)\n+$/, '')
  const made = rest.map(({ from, text }, i) => {
    const rested = text.replace(/^\n+/, '')
    const part = rested.replace(i === rest.length - 1 ? /(?!)/ : /(?<!\n)\n+$/, '')
    const start = i === 0 ? kept.length : from
    return {
      id: newCellId(),
      source: part,
      start,
      end: from + text.length,
      skip: from + text.length - rested.length - start,
    }
  })
  const { bookmark: _, heading_collapsed: __, ...copied } = meta
  const attachmentsIn = (text: string): Leaves =>
    Object.fromEntries(Object.entries(attachments).filter(([name]) => text.includes(`attachment:${name}`)))
  const operations: Operation[] = [
    ...made.flatMap(({ id, source, start, end, skip }, i): Operation[] => [
      {
        type: 'insert-cell',
        id,
        source,
        kind,
        meta: copied,
        attachments: attachmentsIn(source),
        after: made[i - 1]?.id ?? cell,
      },
      { type: 'note-copy', id, at: 0, of: cell, from: start, to: end, skip, length: source.length },
    ]),
    // Last: where others are in this part, their pages find it in the new cells.
    { type: 'splice-source', id: cell, from: kept.length, to: source.length, insert: '' },
  ]
  const last = made.at(-1)
  if (actAll(context, operations) && last !== undefined) context.focusCell(last.id, 'edit', 'start')
  return true
}
