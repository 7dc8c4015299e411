import { html, LitElement, render } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { foldedAway } from '../../shared/notebook/headings.ts'
import { inPlace } from '../../shared/notebook/in-place.ts'
import { type CellId } from '../../shared/notebook/notebook.ts'
import { listCells, readHead, type CellEntry } from '../../shared/notebook/read.ts'
import { act, toggleFlag } from '../commands/cells.ts'
import { type Edge, type NotebookContext } from '../commands/context.ts'
import { type Mode } from '../commands/selection.ts'
import './nb-cell.ts'
import { type NbCell } from './nb-cell.ts'
import './nb-insert.ts'
import './nb-mark.ts'

/** Milliseconds between two looks at who is gone, while something runs elsewhere. */
const absenceCheck = 1_000

type Movable = Element & { moveBefore?: (node: Element, child: Element | null) => void }

/** Puts a child where it belongs; as a whole where the browser can, so that output frames in it live on. */
const put = (parent: Movable, child: Element, before: Element | null): void => {
  if (child.parentNode === parent && parent.moveBefore !== undefined) parent.moveBefore(child, before)
  else parent.insertBefore(child, before)
}

/**
 * The list of cells. It keeps one element a cell for the cell's whole life and moves it; Lit's own keyed list would
 * take elements out, and with them frames and editors.
 */
@customElement('nb-notebook')
export class NbNotebook extends LitElement {
  @property({ attribute: false }) context!: NotebookContext
  private readonly cells = new Map<CellId, NbCell>()
  private readonly ghosts = new Map<CellId, HTMLElement>()
  private readonly top = document.createElement('nb-insert')
  private stops: (() => void)[] = []
  /** Cells out of sight; see foldedAway. */
  private away: ReadonlyMap<CellId, CellId> = new Map()
  private folding = false
  private timer: ReturnType<typeof setInterval> | null = null

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const { notebook } = this.context
    this.top.context = this.context
    this.top.classList.add('nb-top')
    this.append(this.top)
    const refreshAll = (): void => {
      for (const cell of this.cells.values()) cell.refreshStatus()
    }
    this.stops = [
      notebook.observer.onList(({ local }) => this.reconcile(local)),
      notebook.observer.onAnyCell((id, changes) => {
        if (changes.has('head') || (changes.has('source') && this.away.size > 0)) this.foldSoon()
        const shown = this.cells.has(id)
        if (!shown && (changes.has('source') || changes.has('head'))) this.reconcile(false)
      }),
      notebook.presence.onPeople(refreshAll),
      notebook.on(refreshAll),
    ]
    this.timer = setInterval(refreshAll, absenceCheck)
    this.reconcile(false)
    this.context.mounting.watch(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.stops.splice(0)) stop()
    if (this.timer !== null) clearInterval(this.timer)
  }

  /** `own`: by what this page's person did, undoing included. */
  private reconcile(own: boolean): void {
    const entries = listCells(this.context.notebook.doc).filter(
      (entry) => entry.deleted === null || entry.ghost,
    )
    const shown = new Set<CellId>(entries.map((entry) => entry.id))
    const visible = new Set<CellId>(entries.flatMap(({ id, deleted }) => (deleted === null ? [id] : [])))
    const { selection } = this.context
    const gone = selection.cell !== null && !visible.has(selection.cell) ? selection.cell : null
    const heir = gone === null ? null : this.nearest(gone, visible)
    for (const [id, cell] of this.cells)
      if (!visible.has(id)) {
        this.cells.delete(id)
        cell.remove()
      }
    for (const [id, ghost] of this.ghosts)
      if (!shown.has(id) || visible.has(id)) {
        this.ghosts.delete(id)
        ghost.remove()
      }
    let position = 0
    this.arrange(
      entries.map((entry) =>
        entry.deleted === null ? this.cellFor(entry.id, ++position) : this.ghostFor(entry),
      ),
    )
    this.toggleAttribute('data-empty', entries.length === 0)
    this.fold()
    this.context.mounting.lookSoon()
    if (gone === null) return
    // Keys struck on for a cell that somebody else took away must not act on another one.
    if (own && heir !== null) this.focusCell(heir, 'command', null)
    else {
      selection.set(null, 'command')
      if (own) this.top.querySelector('button')?.focus()
    }
  }

  /** Once for all the changes of this turn. */
  private foldSoon(): void {
    if (this.folding) return
    this.folding = true
    queueMicrotask(() => {
      this.folding = false
      this.fold()
    })
  }

  /** Takes the cells of folded sections out of sight. */
  private fold(): void {
    const before = this.away
    this.away = foldedAway(this.context.notebook.doc)
    if (before.size === 0 && this.away.size === 0) return
    for (const [id, cell] of this.cells) cell.hidden = this.away.has(id)
    this.context.mounting.lookSoon()
  }

  /** The cell behind it that is still there, or else the one before. */
  private nearest(id: CellId, visible: ReadonlySet<CellId>): CellId | null {
    const order = [...this.querySelectorAll<NbCell>(':scope > nb-cell')].map(({ cell }) => cell)
    const at = order.indexOf(id)
    const found = [...order.slice(at + 1), ...order.slice(0, Math.max(at, 0)).toReversed()]
    return found.find((cell) => visible.has(cell)) ?? null
  }

  /** As few as possible are moved, and never the one that is written in: caret and composition would not survive it. */
  private arrange(wanted: readonly HTMLElement[]): void {
    const places = new Map([...this.children].map((child, place) => [child, place]))
    const focused = wanted.findIndex((element) => element.contains(document.activeElement))
    const staying = inPlace(
      wanted.map((element) => places.get(element) ?? null),
      focused,
    )
    let next: Element | null = null
    for (const [i, element] of [...wanted.entries()].toReversed()) {
      if (!staying.has(i)) put(this, element, next)
      next = element
    }
  }

  private cellFor(id: CellId, position: number): NbCell {
    let cell = this.cells.get(id)
    if (cell === undefined) {
      cell = document.createElement('nb-cell')
      cell.context = this.context
      cell.cell = id
      this.cells.set(id, cell)
    }
    cell.position = position
    return cell
  }

  /** Deleted by one, edited since by another: shown to everyone, to keep or to discard. */
  private ghostFor({ id, deleted }: CellEntry): HTMLElement {
    const ghost = this.ghosts.get(id) ?? document.createElement('div')
    this.ghosts.set(id, ghost)
    ghost.className = 'nb-ghost'
    const { context } = this
    const mark = readHead(context.notebook.doc, id)?.mark
    if (mark?.why === 'deleted') {
      render(html`<nb-mark .context=${context} .cell=${id} .mark=${mark}></nb-mark>`, ghost)
      return ghost
    }
    render(
      html`<span>A cell deleted by ${deleted?.by ?? 'somebody'} was edited since.</span>
        <button type="button" @click=${() => act(context, { type: 'restore-cell', id })}>Keep it</button>
        <button
          type="button"
          @click=${() => act(context, { type: 'delete-cell', id, by: context.person(), at: Date.now() })}
        >
          Discard it
        </button>`,
      ghost,
    )
    return ghost
  }

  /** Shows a cell and gives it the focus. */
  focusCell(id: CellId, mode: Mode, edge: Edge): void {
    const cell = this.cells.get(id)
    if (cell === undefined) return
    const heading = this.away.get(id)
    if (heading !== undefined) {
      toggleFlag(this.context, heading, 'heading_collapsed')
      this.fold()
    }
    this.context.selection.set(id, mode)
    if (mode === 'edit') cell.focusSource(edge)
    else cell.focus({ preventScroll: true })
    cell.scrollIntoView({ block: 'nearest' })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-notebook': NbNotebook
  }
}
