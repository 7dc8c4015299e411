// A cell that was not rendered yet: an element of about its height that tells its kind, status and text. A thousand rendered
// ones would take as much memory as all else of the page.
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead, type CellHead } from '../../shared/notebook/document/read.ts'
import { isQueued, shownStatus, type ShownStatus } from '../../shared/notebook/document/status.ts'
import { viewOf } from '../cell-kinds/views.ts'
import type { CellContext, NotebookContext } from '../commands/context.ts'

/** Cells that are rendered with their list. Those further down are rendered when they are near, or called for. */
export const firstCells = 30

type Notebook = CellContext['notebook']
type PlaceContext = CellContext & Pick<NotebookContext, 'carets'>

export const statusIn = ({ presence, connected }: Notebook, head: CellHead): ShownStatus =>
  shownStatus(head, { connected, absentFor: (executor) => presence.absentFor(executor) })

/** Its status depends on who is present, and on time. */
export const isUnsettled = (head: CellHead): boolean => head.status === 'running' || isQueued(head)

/** Before the first layout, so that the scroll bar is right. Returns the lines of the cell. */
export const reserveRoom = (element: HTMLElement, { doc }: Notebook, cell: CellId): number => {
  const lines = (cellSource(doc, cell)?.toString() ?? '').split('\n').length
  element.setAttribute('style', `--nb-lines: ${lines}`)
  return lines
}

/** Returns what was read of the cell. */
export const showPlace = (element: HTMLElement, notebook: Notebook, cell: CellId): CellHead | undefined => {
  const head = readHead(notebook.doc, cell)
  if (head !== undefined)
    Object.assign(element.dataset, { kind: viewOf(head.kind).kind.name, status: statusIn(notebook, head) })
  return head
}

const heading = /^ {0,3}(#{1,6}) +(.*)/

/** Its headings are headings, so that screen readers go from one to the next. */
const noteText = (text: string): readonly HTMLElement[] => {
  const parts: HTMLElement[] = []
  let paragraph: HTMLElement | null = null
  for (const line of text.split('\n')) {
    const [, hashes, words] = heading.exec(line) ?? []
    if (hashes !== undefined) {
      const title = document.createElement(`h${hashes.length}`)
      title.textContent = words ?? ''
      parts.push(title)
      paragraph = null
    } else if (paragraph === null) {
      paragraph = document.createElement('p')
      paragraph.textContent = line
      parts.push(paragraph)
    } else paragraph.append(`\n${line}`)
  }
  return parts
}

const sourceText = (text: string): HTMLElement => {
  const source = document.createElement('pre')
  source.className = 'nb-picture'
  source.tabIndex = 0
  source.setAttribute('role', 'textbox')
  source.setAttribute('aria-multiline', 'true')
  source.setAttribute('aria-readonly', 'true')
  source.textContent = text
  return source
}

/**
 * For the browser's own search and for screen readers. False if the cell has to be rendered instead: formulas have numbers,
 * labels and macros that other notes use, and the carets of others are seen wherever they are.
 */
export const showText = (element: HTMLElement, { notebook, carets }: PlaceContext, cell: CellId): boolean => {
  const [head, source] = [readHead(notebook.doc, cell), cellSource(notebook.doc, cell)]
  if (source === undefined) return true
  const text = source.toString()
  const isNote = viewOf(head?.kind).rendered && text.trim() !== ''
  if (isNote ? /[$\\]/.test(text) : carets.in(source).length > 0) return false
  element.replaceChildren(...(isNote ? noteText(text) : [sourceText(text)]))
  return true
}

/** `position`: 1 for the first. */
export const nameCell = (element: HTMLElement, label: string, position: number): void => {
  element.setAttribute('role', 'group')
  element.setAttribute('aria-label', `${label} cell ${position}`)
  element.querySelector(':scope > .nb-picture')?.setAttribute('aria-label', `Source of cell ${position}`)
}
