/** Milliseconds after which an interrupt counts as ineffective. */
const timeout = 2000

/** Whether a run goes on although it was interrupted. */
export class InterruptWatch {
  private isStuck = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly onStuck: () => void) {}

  get stuck(): boolean {
    return this.isStuck
  }

  /** The run was interrupted. */
  begin(): void {
    this.timer ??= setTimeout(() => {
      this.isStuck = true
      this.onStuck()
    }, timeout)
  }

  /** It has ended. */
  end(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.isStuck = false
  }
}
