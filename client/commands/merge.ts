// Cells into one, and one into several.
import { newCellId } from '../../shared/notebook/ids.ts'
import type { Cell, CellId, KindName, Leaf, Leaves } from '../../shared/notebook/notebook.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { recordCopy } from '../../shared/notebook/document/copies.ts'
import type { Operation, Outcome } from '../../shared/notebook/document/operations.ts'
import { trackedOrigin } from '../../shared/notebook/document/origin.ts'
import { cellSource, readCell, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { viewOf } from '../cell-kinds/views.ts'
import { cellBefore, cellBehind, deletion, inStep } from './cells.ts'
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
  const text = cellSource(doc, target)
  const [above, below] = [cells.slice(0, at), cells.slice(at + 1)]
  const insert = (from: number, source: string): Outcome =>
    apply(doc, { type: 'splice-source', id: target, from, to: from, insert: source })
  /** Records where this cell's text is now. */
  const record = (cell: CellId, from: number): void => {
    const [original, length] = [cellSource(doc, cell), sources.get(cell)?.length ?? 0]
    if (original === undefined || text === undefined) return
    const copied = { cell, text: original, from: 0, to: original.length }
    recordCopy(doc, copied, 0, { cell: target, text, from, to: from + length }, 'around')
  }
  const add = (): readonly Outcome[] => [
    ...below.map((cell): Outcome => {
      const from = text?.length ?? 0
      const outcome = insert(from, separator + (sources.get(cell) ?? ''))
      record(cell, from + separator.length)
      return outcome
    }),
    ...above.toReversed().map((cell): Outcome => {
      const outcome = insert(0, (sources.get(cell) ?? '') + separator)
      record(cell, 0)
      return outcome
    }),
  ]
  const rest: Operation[] = [
    ...[...attachments].map(([name, value]): Operation => ({
      type: 'set-attachment',
      id: target,
      name,
      value,
    })),
    ...[...above, ...below].map((cell) => deletion(context, cell)),
  ]
  const all = (): readonly Outcome[] => [...add(), ...rest.map((operation) => apply(doc, operation))]
  if (!inStep(context, () => doc.transact(all, trackedOrigin))) return
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
    const begun = text.replace(/^\n+/, '')
    const source = begun.replace(i === rest.length - 1 ? /(?!)/ : /(?<!\n)\n+$/, '')
    const to = from + text.length
    // The line breaks at the end of the first part go with the second one.
    return { id: newCellId(), source, from: i === 0 ? kept.length : from, start: to - begun.length, to }
  })
  const { bookmark: _, heading_collapsed: __, ...copied } = meta
  const attachmentsIn = (text: string): Leaves =>
    Object.fromEntries(Object.entries(attachments).filter(([name]) => text.includes(`attachment:${name}`)))
  const { doc } = context.notebook
  const create = ({ id, source }: (typeof made)[number], i: number): Outcome =>
    apply(doc, {
      type: 'insert-cell',
      id,
      source,
      kind,
      meta: copied,
      attachments: attachmentsIn(source),
      after: made[i - 1]?.id ?? cell,
    })
  const cutOff = (): Outcome => {
    const text = cellSource(doc, cell)
    for (const {
      id,
      source: { length },
      from,
      start,
      to,
    } of made) {
      const into = cellSource(doc, id)
      if (text === undefined || into === undefined) continue
      recordCopy(
        doc,
        { cell, text, from, to },
        start - from,
        { cell: id, text: into, from: 0, to: length },
        'behind',
      )
    }
    return apply(doc, { type: 'splice-source', id: cell, from: kept.length, to: source.length, insert: '' })
  }
  const last = made.at(-1)
  // Last: where others are in this part, their pages find it in the new cells.
  const isDone = inStep(context, () => [...made.map(create), doc.transact(cutOff, trackedOrigin)])
  if (isDone && last !== undefined) context.focusCell(last.id, 'edit', 'start')
  return true
}
