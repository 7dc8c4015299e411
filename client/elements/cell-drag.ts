import type { LitElement } from 'lit'
import { withHidden } from '../../shared/notebook/document/headings.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { After } from '../../shared/notebook/document/operations.ts'
import { moveCellsTo } from '../commands/cells.ts'
import type { CellContext } from '../commands/context.ts'
import { rowsBelow } from '../editor/bands.ts'
import { paneOf } from '../notebooks/pane.ts'
import { cellsWith } from '../commands/select.ts'
import { listen } from './listen.ts'
import { NbCell } from './nb-cell.ts'
import { WhileConnected } from './while-connected.ts'

/** Pixels the pointer moves before a press is a drag. */
const threshold = 4
/** Pixels from the edge of what scrolls within which it does, and per millisecond at most. */
const [edge, fastest] = [90, 1.6]

interface Drag {
  readonly cell: CellId
  readonly from: number
  /** Of the pointer in the window. */
  y: number
  /** Null until the pointer has moved. */
  line: HTMLElement | null
  readonly stops: readonly (() => void)[]
}

/** Drags cells by their grips, with a mouse, a pen or a finger; a line shows where they go. */
export class CellDrag {
  private drag: Drag | null = null

  constructor(
    private readonly host: LitElement,
    private readonly context: () => CellContext,
  ) {
    host.addController(
      new WhileConnected(() => [listen(host, ['pointerdown'], this.onDown), () => this.end()]),
    )
  }

  private readonly onDown = (event: PointerEvent): void => {
    const grip = event.target instanceof Element ? event.target.closest('.nb-grip') : null
    const cell = grip?.closest('nb-cell')?.cell
    if (grip === null || cell === undefined || event.button !== 0 || this.drag !== null) return
    event.preventDefault()
    const { clientY, pointerId } = event
    grip.setPointerCapture(pointerId)
    const stops = [
      listen(grip, ['pointermove'], this.onMove),
      listen(grip, ['pointerup'], this.onUp),
      // The browser took the pointer for something else, or another person deleted or moved the cell: of a grip that
      // is gone, only the document is told.
      listen(document, ['lostpointercapture'], () => this.end()),
      listen(document, ['keydown'], this.onKey, { capture: true }),
    ]
    this.drag = { cell, from: clientY, y: clientY, line: null, stops }
  }

  private readonly onMove = (event: PointerEvent): void => {
    const { drag } = this
    if (drag === null) return
    drag.y = event.clientY
    if (drag.line !== null) return this.place(drag)
    if (Math.abs(drag.y - drag.from) < threshold) return
    const { selection, focusCell } = this.context()
    if (!selection.has(drag.cell)) focusCell(drag.cell, 'command', null)
    drag.line = document.createElement('div')
    drag.line.className = 'nb-drop'
    document.body.append(drag.line)
    for (const cell of this.rows()) cell.toggleAttribute('data-dragged', selection.has(cell.cell))
    this.place(drag)
    this.scroll(drag)
  }

  private readonly onUp = (): void => {
    const { drag } = this
    this.end()
    if (drag?.line != null) this.drop(drag)
    else if (drag !== null) this.context().focusCell(drag.cell, 'command', null)
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    event.preventDefault()
    event.stopPropagation()
    // Any key leaves everything where it was.
    this.end()
  }

  private end(): void {
    const { drag } = this
    if (drag === null) return
    this.drag = null
    drag.line?.remove()
    for (const stop of drag.stops) stop()
    for (const cell of this.rows()) cell.removeAttribute('data-dragged')
  }

  private rows(): readonly NbCell[] {
    return [...this.host.querySelectorAll<NbCell>('nb-cell:not([hidden])')]
  }

  /** The first shown cell below the pointer; undefined behind the last one. */
  private cellBelow(y: number): NbCell | undefined {
    for (const row of rowsBelow(this.host.querySelectorAll('.nb-band'), y)) {
      const { top, bottom } = row.getBoundingClientRect()
      if (row instanceof NbCell && !row.hidden && (top + bottom) / 2 > y) return row
    }
    return undefined
  }

  private place({ line, y }: Drag): void {
    const { left, width } = this.host.getBoundingClientRect()
    const top =
      this.cellBelow(y)?.getBoundingClientRect().top ??
      this.rows().at(-1)?.getBoundingClientRect().bottom ??
      0
    if (line !== null)
      Object.assign(line.style, { top: `${top - 14}px`, left: `${left}px`, width: `${width}px` })
  }

  /** Near the edge of what scrolls, faster the nearer. */
  private scroll(drag: Drag, before = performance.now()): void {
    if (this.drag !== drag) return
    const now = performance.now()
    const { scroller, top, bottom } = paneOf(this.host)
    const over = Math.max(top + edge - drag.y, 0) - Math.max(drag.y - (bottom - edge), 0)
    if (over !== 0) {
      const by = Math.max(-edge, Math.min(over, edge)) / edge
      scroller.scrollBy({ top: -by * fastest * (now - before), behavior: 'instant' })
      this.place(drag)
    }
    requestAnimationFrame(() => this.scroll(drag, now))
  }

  /** What collapsed headings hide goes with them. */
  private drop({ cell, y }: Drag): void {
    const context = this.context()
    const { doc } = context.notebook
    const cells = visibleCells(doc)
    const moved = withHidden(doc, cellsWith(context, cell)).filter((each) => cells.includes(each))
    const others = cells.filter((each) => !moved.includes(each))
    const rows = this.rows().map((row) => row.cell)
    const below = this.cellBelow(y)?.cell
    const next =
      below === undefined ? undefined : rows.slice(rows.indexOf(below)).find((id) => others.includes(id))
    const after: After = (next === undefined ? others.at(-1) : others[others.indexOf(next) - 1]) ?? null
    const at = after === null ? 0 : others.indexOf(after) + 1
    const order = [...others.slice(0, at), ...moved, ...others.slice(at)]
    if (order.some((id, i) => id !== cells[i])) moveCellsTo(context, moved, after)
  }
}
