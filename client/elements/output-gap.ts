import type { ShownOutput } from '../../shared/notebook/output/output.ts'

/** Milliseconds for which a cell keeps its height while a run has not shown anything yet. */
const longestGap = 150

/** Most runs show something at once: a cell keeps the height of its old outputs until then, so that nothing below jumps. */
export class OutputGap {
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly cell: HTMLElement) {}

  /** It waits for an output or the end of the run. */
  get isOpen(): boolean {
    return this.timer !== undefined
  }

  /** Call before outputs take the place of those shown. */
  follow(shown: readonly ShownOutput[], next: readonly ShownOutput[], running: boolean): void {
    if (!running || next.length > 0) return this.end()
    if (shown.length === 0 || this.isOpen) return
    this.cell.style.minHeight = `${this.cell.offsetHeight}px`
    this.timer = setTimeout(() => this.end(), longestGap)
  }

  private end(): void {
    if (!this.isOpen) return
    clearTimeout(this.timer)
    this.timer = undefined
    this.cell.style.minHeight = ''
  }
}
