import { customElement, property } from 'lit/decorators.js'
import { foldedAway, isCollapsed } from '../../shared/notebook/document/headings.ts'
import type { CellId, Mark } from '../../shared/notebook/notebook.ts'
import {
  cellSource,
  listCells,
  readHead,
  visibleCells,
  type CellEntry,
} from '../../shared/notebook/document/read.ts'
import { act, toggleFlag } from '../commands/cells.ts'
import type { Edge } from '../commands/context.ts'
import { byPerson, isBy } from '../../shared/notebook/person.ts'
import type { Mode } from '../commands/selection.ts'
import { Bands } from '../editor/bands.ts'
import type { Match } from '../find/search.ts'
import { cellOfHash } from './headings.ts'
import { whenIdle } from './idle.ts'
import type { CellDrag } from './cell-drag.ts'
import { LightElement } from './light-element.ts'
import type { NbChange } from './nb-change.ts'
import { NbCell, type CellElementContext } from './nb-cell.ts'
import './nb-ghost.ts'
import type { NbGhost } from './nb-ghost.ts'
import './nb-insert.ts'
import { markNew } from './new-marks.ts'
import type { NbMark } from './nb-mark.ts'
import { mergedInto, type OrphanedText } from './orphaned-text.ts'
import { now } from '../document/clock.ts'
import { loadScript } from '../load-script.ts'
import { loadMark } from './mark-of.ts'

/** Milliseconds between checks for absent executors while something runs elsewhere. */
const absenceCheck = 1_000

/** Clears the DOM selection, because text from an emoji picker or dictation would still go into the old place. */
const forgetCaret = (): void => {
  const selection = getSelection()
  if (selection?.anchorNode?.parentElement?.closest('[contenteditable="true"]')) selection.removeAllRanges()
}

/**
 * The list of cells. It keeps one element for each cell and moves it; Lit's keyed list would remove elements, and with
 * them frames and editors.
 */
@customElement('nb-notebook')
export class NbNotebook extends LightElement {
  @property({ attribute: false }) context!: CellElementContext
  private readonly cells = new Map<CellId, NbCell>()
  private readonly bands = new Bands(this)
  /** The cells whose status depends on who is present, and on time. */
  private readonly unsettled = new Set<NbCell>()
  private readonly ghosts = new Map<CellId, NbGhost>()
  /** Of cells that were deleted here and are in the file. */
  private readonly marks = new Map<CellId, NbMark>()
  /** Of cells that a model deleted or proposes. */
  private readonly changes = new Map<CellId, NbChange>()
  private lost: OrphanedText | null = null
  private dragging: CellDrag | null = null
  private readonly top = document.createElement('nb-insert')
  private stops: (() => void)[] = []
  /** Hidden cells of collapsed sections; see foldedAway. */
  private away: ReadonlyMap<CellId, CellId> = new Map()
  private folding = false
  private clearMatch = (): void => undefined
  private timer: ReturnType<typeof setInterval> | null = null

  override connectedCallback(): void {
    super.connectedCallback()
    const { notebook } = this.context
    this.top.context = this.context
    this.top.classList.add('nb-top')
    this.append(this.top)
    const refreshAll = (): void => {
      for (const cell of this.unsettled) cell.refreshStatus()
    }
    const marks = markNew(this.context.unseen, () => this.cells.values())
    this.stops = [
      notebook.observer.onList(({ local }) => this.reconcile(local)),
      notebook.observer.onAnyCell((id, changes) => {
        const mayFold = changes.has('head') || changes.has('source')
        if (mayFold && (this.away.size > 0 || isCollapsed(notebook.doc, id))) this.foldSoon()
        const shown = this.cells.get(id)
        if (shown === undefined && (changes.has('source') || changes.has('head'))) this.reconcile(false)
        if (changes.has('head') || changes.has('source')) shown?.refreshPlaceholder()
      }),
      this.context.review.onChange(() => {
        const { changes } = this
        const hidden = this.unseenChanges()
        if (hidden.length !== changes.size || !hidden.every((id) => changes.has(id))) this.reconcile(false)
      }),
      marks.stop,
      this.context.carets.onArrival((id) => this.cells.get(id)?.renderFirst()),
      notebook.presence.onPeople(refreshAll),
      notebook.on(refreshAll),
    ]
    this.timer = setInterval(refreshAll, absenceCheck)
    this.addEventListener('focusout', this.onFocusOut)
    this.addEventListener('focusin', this.onFocusIn)
    this.addEventListener('mousedown', this.onMouseDown)
    whenIdle(() => loadScript(() => this.loadForPointer()))
    this.reconcile(false)
    const cells = visibleCells(notebook.doc)
    const first = cellOfHash(location.hash, cells) ?? cells[0]
    if (first !== undefined && this.context.selection.cell === null)
      this.context.selection.set(first, 'command')
    this.context.mounting.watch(this.bands, (row, nearness) => {
      if (!(row instanceof NbCell)) return
      row.setNearness(nearness)
      marks.setNear(row, nearness !== 'far')
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.stops.splice(0)) stop()
    if (this.timer !== null) clearInterval(this.timer)
    this.removeEventListener('focusout', this.onFocusOut)
    this.removeEventListener('focusin', this.onFocusIn)
    this.removeEventListener('mousedown', this.onMouseDown)
  }

  private async loadForPointer(): Promise<void> {
    const [{ CellDrag }] = await Promise.all([import('./cell-drag.ts'), import('./nb-comment-marker.ts')])
    this.dragging ??= new CellDrag(this, () => this.context)
    for (const cell of this.cells.values()) if (cell.hasUpdated) cell.requestUpdate()
  }

  /** The text of a cell that is not rendered yet gets its editor, as any other does. */
  private readonly onFocusIn = ({ target }: FocusEvent): void => {
    const cell = target instanceof Element ? target.closest('nb-cell') : null
    if (cell?.hasUpdated === false && cell !== target) cell.focusSource(null)
  }

  private readonly onMouseDown = (event: MouseEvent): void => {
    const cell = event.target instanceof Element ? event.target.closest('nb-cell') : null
    if (cell?.hasUpdated === false) cell.pressFirst(event)
  }

  /** A hidden cell that was kept visible while it was edited can go. */
  private readonly onFocusOut = (): void => {
    if (this.away.size > 0) setTimeout(() => this.fold())
  }

  private unseenChanges(): readonly CellId[] {
    return [...this.context.review.cells].filter((id) => !this.cells.has(id) && !this.ghosts.has(id))
  }

  /** `own`: changed by this page's person, undo included. */
  private reconcile(own: boolean): void {
    const { notebook, selection } = this.context
    const all = listCells(notebook.doc)
    const visible = new Set<CellId>(all.flatMap(({ id, deleted }) => (deleted === null ? [id] : [])))
    const gone = selection.cell !== null && !visible.has(selection.cell) ? selection.cell : null
    const successor = gone === null ? null : this.nearest(gone, visible)
    const edited = own ? null : this.editedCell(visible)
    const merged = edited === null ? null : mergedInto(notebook.doc, edited, all)
    const lostNow = merged === null ? edited : null
    if (lostNow !== null) this.lost = lostNow
    const back = this.lost !== null && visible.has(this.lost.id) ? this.lost.id : null
    if (back !== null || (own && gone !== null)) this.lost = null
    const ghostFocused = this.hasFocusedGhost
    const isMarked = (id: CellId): boolean => readHead(notebook.doc, id)?.mark?.why === 'deleted'
    const { cells: changed } = this.context.review
    const entries = all.filter(
      ({ id, deleted, ghost }) => deleted === null || ghost || id === this.lost?.id || changed.has(id),
    )
    const isChange = ({ id, ghost }: CellEntry): boolean =>
      changed.has(id) && !ghost && id !== this.lost?.id && !isMarked(id)
    const changes = new Set(entries.filter(isChange).map(({ id }) => id))
    const shown = new Set<CellId>(entries.map((entry) => entry.id))
    for (const [id, cell] of this.cells)
      if (!visible.has(id)) {
        this.cells.delete(id)
        cell.remove()
      }
    const drop = (from: Map<CellId, Element>, isOver: (id: CellId) => boolean): void => {
      for (const [id, element] of from)
        if (!shown.has(id) || visible.has(id) || isOver(id)) {
          from.delete(id)
          element.remove()
        }
    }
    drop(this.ghosts, (id) => isMarked(id) || changes.has(id))
    drop(this.changes, (id) => !changes.has(id))
    drop(this.marks, (id) => !isMarked(id))
    let position = 0
    this.bands.arrange(
      entries.map((entry) =>
        entry.deleted === null
          ? this.cellFor(entry.id, ++position)
          : changes.has(entry.id)
            ? this.changeFor(entry.id)
            : this.ghostFor(entry),
      ),
    )
    this.toggleAttribute('data-empty', entries.length === 0)
    this.top.inviting = entries.length === 0
    this.fold()
    this.context.mounting.checkSoon()
    // Keys meant for a cell that somebody else deleted must not act on another one.
    if (merged !== null) this.focusCell(merged.cell, 'edit', merged.selected)
    else if (lostNow !== null) {
      selection.put(null)
      this.ghosts.get(lostNow.id)?.takeFocus()
    } else if (back !== null && ghostFocused) this.focusCell(back, 'edit', null)
    else if (gone === null) return
    else if (own && successor !== null) this.focusCell(successor, 'command', null)
    else if (own) {
      selection.set(null, 'command')
      void this.top.updateComplete.then(() => this.top.querySelector('button')?.focus())
    } else selection.put(null)
  }

  /** The focused cell that is no longer visible, while its element exists. */
  private editedCell(visible: ReadonlySet<CellId>): OrphanedText | null {
    for (const [id, cell] of this.cells)
      if (!visible.has(id) && cell.contains(document.activeElement))
        return { id, text: cell.editedText, caret: cell.caret }
    return null
  }

  private get hasFocusedGhost(): boolean {
    return [...this.ghosts.values()].some((ghost) => ghost.contains(document.activeElement))
  }

  /** Focuses a cell with letter commands off: its person may still be typing. */
  private focusUnarmed(id: CellId): void {
    this.context.selection.put(id)
    this.cells.get(id)?.focus()
  }

  /** Once for all changes of this turn. */
  private foldSoon(): void {
    if (this.folding) return
    this.folding = true
    queueMicrotask(() => {
      this.folding = false
      this.fold()
    })
  }

  /** Hides the cells of collapsed sections. */
  private fold(): void {
    const before = this.away
    this.away = foldedAway(this.context.notebook.doc)
    if (before.size === 0 && this.away.size === 0) return
    for (const [id, cell] of this.cells) {
      const kept = this.away.has(id) && cell.contains(document.activeElement)
      if (kept && !before.has(id))
        this.context.announce('This section was collapsed. Your cell stays visible until you leave it.')
      cell.hidden = this.away.has(id) && !kept
    }
    this.bands.hideEmpty()
    this.context.mounting.checkSoon()
  }

  /** The next cell that still exists, or else the previous one. */
  private nearest(id: CellId, visible: ReadonlySet<CellId>): CellId | null {
    const order = [...this.querySelectorAll<NbCell>('nb-cell')].map(({ cell }) => cell)
    const at = order.indexOf(id)
    const found = [...order.slice(at + 1), ...order.slice(0, Math.max(at, 0)).toReversed()]
    return found.find((cell) => visible.has(cell)) ?? null
  }

  private cellFor(id: CellId, position: number): NbCell {
    let cell = this.cells.get(id)
    if (cell === undefined) {
      cell = document.createElement('nb-cell')
      cell.context = this.context
      cell.cell = id
      cell.unsettled = this.unsettled
      this.cells.set(id, cell)
    }
    cell.moveTo(position)
    return cell
  }

  /** For a cell that a model deleted or proposes. */
  private changeFor(id: CellId): NbChange {
    const shown = this.changes.get(id) ?? document.createElement('nb-change')
    if (this.changes.has(id)) return shown
    this.changes.set(id, shown)
    return Object.assign(shown, { context: this.context, cell: id })
  }

  /** For a cell deleted here that another program saved again. */
  private markFor(id: CellId, mark: Mark): HTMLElement {
    loadScript(loadMark)
    const shown = this.marks.get(id) ?? document.createElement('nb-mark')
    this.marks.set(id, shown)
    Object.assign(shown, { context: this.context, cell: id, mark })
    return shown
  }

  /**
   * For a cell deleted by one person and edited since by another, shown to everyone; or an orphaned text, shown to its
   * writer.
   */
  private ghostFor({ id, deleted, ghost: edited }: CellEntry): HTMLElement {
    const mark = readHead(this.context.notebook.doc, id)?.mark
    if (mark?.why === 'deleted') return this.markFor(id, mark)
    const found = this.ghosts.get(id)
    const ghost = found ?? document.createElement('nb-ghost')
    this.ghosts.set(id, ghost)
    const { context } = this
    const by =
      deleted !== null && isBy(context.person(), deleted) ? 'you' : (deleted?.by ?? 'another program')
    const lost = this.lost?.id === id ? this.lost : null
    ghost.text = lost?.text ?? cellSource(context.notebook.doc, id)?.toString() ?? ''
    ghost.message = edited
      ? `A cell deleted by ${by} was edited since.`
      : `This cell was deleted by ${by} while you were in it.`
    const { editable } = context.notebook
    ghost.keep = editable ? 'Keep it' : null
    ghost.discard = edited && editable ? 'Discard it' : null
    if (found === undefined) {
      ghost.addEventListener('keep', () => act(context, { type: 'restore-cell', id }))
      ghost.addEventListener('discard', () =>
        act(context, { type: 'delete-cell', id, ...byPerson(context.person()), at: now() }),
      )
      ghost.addEventListener('leave', () => this.leave(id, ghost))
    }
    return ghost
  }

  /** Continues at the position of the ghost. */
  private leave(id: CellId, ghost: NbGhost): void {
    const cells = [...this.querySelectorAll<NbCell>('nb-cell:not([hidden])')]
    const isBelow = (cell: NbCell): boolean =>
      (ghost.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
    const successor = cells.find(isBelow) ?? cells.at(-1)
    if (this.lost?.id === id) this.lost = null
    this.reconcile(false)
    if (successor === undefined) this.top.querySelector('button')?.focus()
    else this.focusUnarmed(successor.cell)
  }

  /** The element of a cell, rendered, its section expanded. */
  private unfolded(id: CellId): NbCell | undefined {
    const cell = this.cells.get(id)
    cell?.renderFirst()
    const heading = this.away.get(id)
    if (cell?.hidden === true && heading !== undefined) {
      if (this.context.notebook.writable) {
        toggleFlag(this.context, heading, 'heading_collapsed')
        this.fold()
      } else {
        cell.hidden = false
        this.bands.hideEmpty()
      }
    }
    return cell
  }

  /** Scrolls to a match and marks it. */
  async showMatch(match: Match): Promise<void> {
    const cell = this.unfolded(match.cell)
    // Already loaded by the search.
    const { clearMatch, showMatch } = await import('./match-mark.ts')
    this.clearMatch = clearMatch
    if (cell !== undefined) showMatch(cell, match)
  }

  /** Shows a cell and focuses it; if its person is in it already, the page does not scroll. */
  focusCell(id: CellId, mode: Mode | 'extend', edge: Edge): void {
    const cell = this.unfolded(id)
    if (cell === undefined) return
    this.clearMatch()
    const { top, bottom } = cell.getBoundingClientRect()
    const isHere = cell.contains(document.activeElement) && bottom > 0 && top < innerHeight
    if (mode !== 'extend') this.context.selection.set(id, mode)
    if (mode === 'edit') cell.focusSource(edge)
    else {
      cell.focus({ preventScroll: true })
      forgetCaret()
      if (typeof edge === 'number') return cell.showLine(edge)
    }
    if (!isHere) this.context.mounting.bringIntoView(cell, 'nearest')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-notebook': NbNotebook
  }
}
