// The current cell of this page's person, the cells selected with it, and whether keys act on cells (command mode) or on
// text (edit mode).
import type { CellId } from '../../shared/notebook/notebook.ts'
import { Emitter } from '../../shared/emitter.ts'
import { KeyedEmitter } from '../../shared/keyed-emitter.ts'

export type Mode = 'command' | 'edit'

const none: ReadonlySet<CellId> = new Set()

export class CellSelection {
  private current: CellId | null = null
  private currentMode: Mode = 'command'
  private chosen = false
  private start: CellId | null = null
  /** Selected besides the current cell. */
  private others = none
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  private readonly cellChanged = new KeyedEmitter<CellId>()
  /** Of one cell: it was or is the current one, or is selected with it or no longer. */
  readonly onCell = this.cellChanged.on

  get cell(): CellId | null {
    return this.current
  }

  get mode(): Mode {
    return this.currentMode
  }

  /** The person went there (Esc, click, arrow key): keys are not meant for a text that is gone. */
  get takesLetters(): boolean {
    return this.chosen
  }

  /** The cell a selection of several began at. */
  get anchor(): CellId | null {
    return this.start ?? this.current
  }

  has(cell: CellId): boolean {
    return cell === this.current || this.others.has(cell)
  }

  get hasSeveral(): boolean {
    return this.others.size > 0
  }

  /** Those of `cells` that are selected, in the same order. */
  among(cells: readonly CellId[]): readonly CellId[] {
    return cells.filter((cell) => this.has(cell))
  }

  set(cell: CellId | null, mode: Mode): void {
    this.change(cell, mode, true, null, none)
  }

  /** A text that its person wrote in is gone; they may still be typing, so no such key is a command until they move. */
  put(cell: CellId | null): void {
    this.change(cell, 'command', false, null, none)
  }

  /** Selects these cells; `cell`, one of them, becomes the current one. */
  extend(cell: CellId, cells: readonly CellId[]): void {
    const others = new Set(cells.filter((each) => each !== cell))
    this.change(cell, 'command', true, this.anchor, others)
  }

  private change(
    cell: CellId | null,
    mode: Mode,
    chosen: boolean,
    start: CellId | null,
    others: ReadonlySet<CellId>,
  ): void {
    const isSame = cell === this.current && mode === this.currentMode && chosen === this.chosen
    if (isSame && start === this.start && others.size === 0 && this.others.size === 0) return
    const [before, othersBefore] = [this.current, this.others]
    this.current = cell
    this.currentMode = mode
    this.chosen = chosen
    this.start = start
    this.others = others
    const ends = [before, cell].filter((each) => each !== null)
    const differ = [...othersBefore, ...others].filter((each) => othersBefore.has(each) !== others.has(each))
    for (const each of new Set([...ends, ...differ])) this.cellChanged.emit(each)
    this.changed.emit()
  }
}
