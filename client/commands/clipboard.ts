// Cells on the clipboard: as .ipynb in a custom format, which no text field accepts, with the source as plain text for
// everything else; a collapsed heading with the cells it hides. Plain text alone is never a cell. If a browser has no custom formats, or denies reading the
// clipboard, the last copy in this browser is pasted.
import { apply } from '../../shared/notebook/document/apply.ts'
import { formatNotebook } from '../document/file-format.ts'
import { detachOutput } from '../../shared/notebook/document/blob-references.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import type { Cell, CellId, Output, Result } from '../../shared/notebook/notebook.ts'
import { addMovedThreads } from '../../shared/notebook/document/moved-threads.ts'
import { foldedAway, withHidden } from '../../shared/notebook/document/headings.ts'
import type { After } from '../../shared/notebook/document/operations.ts'
import { readCell, readNotebook, visibleCells } from '../../shared/notebook/document/read.ts'
import { readStored, writeStored } from '../settings/browser-store.ts'
import { deleteCells, mayWrite } from './cells.ts'
import type { CellContext, NotebookContext } from './context.ts'
import { isRecord } from '../../shared/record.ts'

type ClipboardContext = CellContext & Pick<NotebookContext, 'blobs'>

const cellsFormat = 'web application/x-ipynb+json'
const keptKey = 'llm-notebook.cells'

/** The last copy: its plain text, and the cells. */
interface Kept {
  readonly text: string
  readonly ipynb: string
}

let kept: Kept | null = null

/** The copy that is being made, for a paste that follows at once. */
let copying: Promise<unknown> = Promise.resolve()

const parseKept = (value: unknown): Kept | null => {
  if (!isRecord(value)) return null
  const { text, ipynb } = value
  return typeof text === 'string' && typeof ipynb === 'string' ? { text, ipynb } : null
}

/** Too large for the browser's storage: kept for this page only. */
const keep = (copy: Kept): void => {
  kept = copy
  if (writeStored(keptKey, copy)) kept = null
}

const lastCopy = (): Kept | null => kept ?? readStored(keptKey, parseKept)

const blobOf = (type: string, text: string): Blob => new Blob([text], { type })

/** Only exists over https and on localhost. */
const clipboard = (): Clipboard | undefined => navigator.clipboard

/** Whether the browser allowed it. The cells are a promise because the call must happen during the key press. */
const write = async (text: string, ipynb: Promise<string>): Promise<boolean> => {
  const target = clipboard()
  if (target === undefined) return false
  const items: Record<string, Blob | Promise<Blob>> = { 'text/plain': blobOf('text/plain', text) }
  if (ClipboardItem.supports(cellsFormat))
    items[cellsFormat] = ipynb.then((cells) => blobOf('application/x-ipynb+json', cells))
  try {
    await target.write([new ClipboardItem(items)])
    return true
  } catch (error) {
    if (error instanceof DOMException) return false
    throw error
  }
}

/** Whether `pasteCells` will find them. */
const copy = async (context: ClipboardContext, cells: readonly Cell[]): Promise<boolean> => {
  if (cells.length === 0) return false
  const text = cells.map(({ source }) => source).join('\n\n')
  const notebook = { ...readNotebook(context.notebook.doc), cells }
  const ipynb = context.blobs.whole(notebook).then(formatNotebook)
  const written = write(text, ipynb)
  copying = Promise.allSettled([ipynb, written])
  keep({ text, ipynb: await ipynb })
  if (!(await written))
    context.showError('The browser denied clipboard access: the copy can be pasted only in notebooks.')
  return true
}

export const copyCells = async (context: ClipboardContext, chosen: readonly CellId[]): Promise<void> => {
  const { doc } = context.notebook
  const cells = withHidden(doc, chosen)
  if (
    await copy(
      context,
      cells.flatMap((id) => readCell(doc, id) ?? []),
    )
  )
    context.announce(cells.length === 1 ? 'Cell copied.' : `${cells.length} cells copied.`)
}

export const cutCells = async (context: ClipboardContext, chosen: readonly CellId[]): Promise<void> => {
  const { doc } = context.notebook
  const cells = withHidden(doc, chosen)
  if (!mayWrite(context) || cells.length === 0) return
  // With their comments, which go where they are pasted.
  const whole = readNotebook(doc).cells.filter(({ id }) => cells.includes(id))
  // The next key is meant for the next cell, also while the copy is being written.
  const copied = copy(context, whole)
  // A heading last: without it, what it hides would be in the section above, and be shown for the focus.
  deleteCells(context, cells.toReversed())
  await copied
}

/** The cells on the clipboard as .ipynb; null if there are none. */
const copiedCells = async (): Promise<string | null> => {
  const [last, source] = [lastCopy(), clipboard()]
  if (source === undefined) return last?.ipynb ?? null
  try {
    const items = await source.read()
    for (const item of items)
      if (item.types.includes(cellsFormat)) return await (await item.getType(cellsFormat)).text()
    if (ClipboardItem.supports(cellsFormat)) return null
    // Without custom formats, the last copy is meant if its text is on the clipboard.
    const [text] = items.filter(({ types }) => types.includes('text/plain'))
    const isLast = text !== undefined && (await (await text.getType('text/plain')).text()) === last?.text
    return isLast ? last.ipynb : null
  } catch (error) {
    if (error instanceof DOMException) return last?.ipynb ?? null
    throw error
  }
}

/** A result as the document holds it, with large values as blobs. */
const detached = ({ blobs }: ClipboardContext, result: Result): Result => {
  const outputs = result.outputs.map((output): Output => {
    if (output.live) return output
    const { output: leaf, blobs: made } = detachOutput(output.leaf)
    for (const blob of made) blobs.keep(blob)
    return { live: false, leaf }
  })
  return { ...result, outputs }
}

/** The inserted ones. */
const insert = (context: ClipboardContext, cells: readonly Cell[], below: After): readonly CellId[] => {
  const { notebook } = context
  const operations = cells.map(({ kind, source, meta, attachments, result, comments }) => ({
    add: { type: 'insert-cell', id: newCellId(), kind, source, meta, attachments } as const,
    result,
    comments,
  }))
  notebook.undo.step(() => {
    let after = below
    for (const { add, result } of operations) {
      const outcome = apply(notebook.doc, { ...add, after })
      if (!outcome.ok) return context.showError(`Paste failed: ${outcome.reason}.`)
      after = add.id
      if (result !== null)
        apply(notebook.doc, { type: 'set-result', id: add.id, result: detached(context, result) })
    }
  })
  for (const { add, comments = [] } of operations) addMovedThreads(notebook.doc, add.id, comments)
  return operations.map(({ add }) => add.id)
}

/** Above or below the selected cells, or at the top of an empty notebook. */
export const pasteCells = async (context: ClipboardContext, where: 'above' | 'below'): Promise<void> => {
  if (!mayWrite(context)) return
  await copying
  const ipynb = await copiedCells()
  if (ipynb === null) return context.showError('The clipboard has no cell: paste text inside a cell.')
  const parsing = await import('../../shared/ipynb/parse.ts').catch(() => null)
  if (parsing === null) return context.showError('What reads cells could not be loaded. Paste again.')
  const read = parsing.parseNotebook(ipynb)
  if (!read.ok) return context.showError(`The cells on the clipboard cannot be read: ${read.reason}.`)
  const { doc } = context.notebook
  const all = visibleCells(doc)
  const selected = withHidden(doc, context.selection.among(all))
  const [top] = selected
  const above = top === undefined ? null : (all[all.indexOf(top) - 1] ?? null)
  const made = insert(context, read.notebook.cells, where === 'above' ? above : (selected.at(-1) ?? null))
  const last = made.at(-1)
  if (last === undefined) return
  // As in JupyterLab, so that another paste goes below them. A collapsed section stays so.
  const heading = foldedAway(doc).get(last)
  context.focusCell(heading !== undefined && made.includes(heading) ? heading : last, 'command', null)
}
