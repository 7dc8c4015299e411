import type { ShownOutput } from '../../shared/notebook/output/output.ts'

/** Milliseconds for which the outputs of the last run stay while those of the present run are still to come. */
const longestGap = 150

/** Most runs show something at once. Their old outputs stay until then, so that what is below does not jump. */
export class OutputGap {
  private timer: ReturnType<typeof setTimeout> | undefined
  private isOver = false

  /** `end` is called when the old outputs have stayed long enough. */
  constructor(private readonly end: () => void) {}

  /** The outputs shown are not the run's own. */
  get isOpen(): boolean {
    return this.timer !== undefined
  }

  /** What is to be shown: the outputs that a cell has now, or those shown before. */
  bridge(
    before: readonly ShownOutput[],
    now: readonly ShownOutput[],
    running: boolean,
  ): readonly ShownOutput[] {
    if (running && now.length === 0 && before.length > 0 && !this.isOver) {
      this.timer ??= setTimeout(() => {
        this.isOver = true
        this.end()
      }, longestGap)
      return before
    }
    clearTimeout(this.timer)
    this.timer = undefined
    this.isOver = false
    return now
  }
}
