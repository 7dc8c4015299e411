// A cell that was not rendered yet: an element of about its height that tells its kind, status and text. A thousand rendered
// ones would take as much memory as all else of the page.
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead, type CellHead } from '../../shared/notebook/document/read.ts'
import { isQueued, shownStatus, type ShownStatus } from '../../shared/notebook/document/status.ts'
import type { KindView } from '../cell-kinds/kind-view.ts'
import { viewOf } from '../cell-kinds/views.ts'
import type { CellContext, NotebookContext } from '../commands/context.ts'
import { staticElement } from '../editor/static.ts'

/** Cells that are rendered with their list. Those further down are rendered when they are near, or called for. */
export const firstCells = 30

type Notebook = CellContext['notebook']
type PlaceholderContext = CellContext & Pick<NotebookContext, 'carets'>

export const statusIn = ({ presence, connected }: Notebook, head: CellHead): ShownStatus =>
  shownStatus(head, { connected, absentFor: (executor) => presence.absentFor(executor) })

/** Its status depends on who is present, and on time. */
export const isUnsettled = (head: CellHead): boolean => head.status === 'running' || isQueued(head)

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
  const source = staticElement()
  source.textContent = text
  return source
}

export class CellPlaceholder {
  readonly lines: number
  private view: KindView = viewOf(undefined)

  constructor(
    private readonly element: HTMLElement,
    private readonly context: PlaceholderContext,
    private readonly cell: CellId,
  ) {
    this.lines = this.text.split('\n').length
    element.setAttribute('data-unrendered', '')
    // Before the first layout, so that the scroll bar is right.
    element.setAttribute('style', `--nb-lines: ${this.lines}`)
  }

  private get text(): string {
    return cellSource(this.context.notebook.doc, this.cell)?.toString() ?? ''
  }

  /** Returns what was read of the cell. */
  refresh(): CellHead | undefined {
    const { notebook } = this.context
    const head = readHead(notebook.doc, this.cell)
    if (head === undefined) return head
    this.view = viewOf(head.kind)
    const status = statusIn(notebook, head)
    Object.assign(this.element.dataset, { kind: this.view.kind.name, status })
    return head
  }

  get hasText(): boolean {
    return this.element.childElementCount > 0
  }

  /**
   * For the browser's own search and for screen readers. False if the cell has to be rendered instead: formulas have
   * numbers, labels and macros that other notes use, and the carets of others are seen wherever they are.
   */
  showText(position: number): boolean {
    const { text } = this
    const source = cellSource(this.context.notebook.doc, this.cell)
    const isNote = this.view.rendered && text.trim() !== ''
    const isMore = isNote
      ? /[$\\]/.test(text)
      : source !== undefined && this.context.carets.in(source).length > 0
    if (isMore) return false
    this.element.replaceChildren(...(isNote ? noteText(text) : [sourceText(text)]))
    this.name(position)
    return true
  }

  /** `position`: 1 for the first. */
  name(position: number): void {
    if (!this.hasText) return
    this.element.setAttribute('role', 'group')
    this.element.setAttribute('aria-label', `${this.view.kind.label} cell ${position}`)
    this.element
      .querySelector(':scope > .nb-picture')
      ?.setAttribute('aria-label', `Source of cell ${position}`)
  }

  /** Before the first rendering. */
  leave(): void {
    this.element.removeAttribute('data-unrendered')
    this.element.replaceChildren()
  }
}
