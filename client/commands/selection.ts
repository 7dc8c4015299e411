// Which cell this page's person is in, and whether keys act on cells (command mode) or on text (edit mode).
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

  /** The person went there (Esc, a click, an arrow): what they type without a modifier is meant as a command. */
  get armed(): boolean {
    return this.chosen
  }

  set(cell: CellId | null, mode: Mode): void {
    this.change(cell, mode, true)
  }

  /** Where the page put its person, who may still be typing: letters are no commands until they go somewhere. */
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
