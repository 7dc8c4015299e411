// The current cell of this page's person, and whether keys act on cells (command mode) or on text (edit mode).
import type { CellId } from '../../shared/notebook/notebook.ts'
import { Emitter } from '../../shared/emitter.ts'
export type Mode = 'command' | 'edit'

export class CellSelection {
  private current: CellId | null = null
  private currentMode: Mode = 'command'
  private chosen = false
  private readonly changed = new Emitter<[before: CellId | null]>()
  readonly onChange = this.changed.on

  get cell(): CellId | null {
    return this.current
  }

  get mode(): Mode {
    return this.currentMode
  }

  /** The person went there (Esc, click, arrow key): unmodified letters are commands. */
  get takesLetters(): boolean {
    return this.chosen
  }

  set(cell: CellId | null, mode: Mode): void {
    this.change(cell, mode, true)
  }

  /** The page moved its person there; they may still be typing, so letters are not commands until they move. */
  put(cell: CellId | null): void {
    this.change(cell, 'command', false)
  }

  private change(cell: CellId | null, mode: Mode, chosen: boolean): void {
    if (cell === this.current && mode === this.currentMode && chosen === this.chosen) return
    const before = this.current
    this.current = cell
    this.currentMode = mode
    this.chosen = chosen
    this.changed.emit(before)
  }
}
