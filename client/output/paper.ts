// Printing. Cells, frames and diagrams, otherwise created near the viewport only, are all created then.
import { Emitter } from '../../shared/emitter.ts'

/** Milliseconds between checks for unfinished parts, and after which they are left out. */
const pause = 50
const patience = 20_000

/** CSS pixels, about half a page of A4 or Letter: if a longer cell was not divided, much of a page would stay empty. */
const longCell = 500

/** What is not finished. */
const unfinished =
  'nb-markdown[data-drawing], .nb-frame:not([data-shown], [data-stopped]), .nb-waiting, .nb-diagram:not([data-drawn]), .nb-math:not([data-set])'

class Paper {
  private printing = false
  private readonly starts = new Emitter()
  private readonly stops = new Emitter()
  readonly onStart = this.starts.on
  readonly onEnd = this.stops.on

  get isPrinting(): boolean {
    return this.printing
  }

  readonly start = (): void => {
    if (this.printing) return
    this.printing = true
    this.starts.emit()
  }

  readonly end = (): void => {
    if (!this.printing) return
    this.printing = false
    this.stops.emit()
  }

  /** Creates everything to be printed; returns the number of parts that were not finished in time. */
  async ready(root: ParentNode): Promise<number> {
    this.start()
    const end = performance.now() + patience
    for (;;) {
      // Elements render asynchronously, and may create others.
      await new Promise((resolve) => setTimeout(resolve, pause))
      const images = [...root.querySelectorAll('img')].filter(({ complete }) => !complete)
      const lacking = root.querySelectorAll(unfinished).length + images.length
      if (lacking === 0 || performance.now() > end) return lacking
    }
  }
}

export const paper = new Paper()

const markLongCells = (): void => {
  for (const cell of document.querySelectorAll('nb-cell'))
    cell.toggleAttribute('data-long', cell.getBoundingClientRect().height > longCell)
}

/** The browser prints by its own menu, or shows the page as it would be printed. */
export const watchPaper = (): void => {
  addEventListener('beforeprint', paper.start)
  // By then, what `start` has created is rendered.
  addEventListener('beforeprint', markLongCells)
  addEventListener('afterprint', paper.end)
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? paper.start() : paper.end()))
}
