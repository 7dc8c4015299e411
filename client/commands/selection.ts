// Which cell this page's person is in, and whether keys act on cells (command mode) or on text (edit mode).
import { type CellId } from '../../shared/notebook/notebook.ts'

export type Mode = 'command' | 'edit'

export class Selection {
  private current: CellId | null = null
  private currentMode: Mode = 'command'
  private readonly listeners = new Set<(before: CellId | null) => void>()

  get cell(): CellId | null {
    return this.current
  }

  get mode(): Mode {
    return this.currentMode
  }

  set(cell: CellId | null, mode: Mode): void {
    if (cell === this.current && mode === this.currentMode) return
    const before = this.current
    this.current = cell
    this.currentMode = mode
    for (const listener of this.listeners) listener(before)
  }

  onChange(listener: (before: CellId | null) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
