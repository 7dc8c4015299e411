import type { Schedule } from './schedule.ts'

/** Runs `work` in a later task, once for all requests made before it. */
export class Pass {
  private cancel: (() => void) | null = null
  private disposed = false

  constructor(
    private readonly schedule: Schedule,
    private readonly work: () => void,
  ) {}

  request(): void {
    if (this.disposed) return
    this.cancel ??= this.schedule(0, () => {
      this.cancel = null
      this.work()
    })
  }

  dispose(): void {
    this.disposed = true
    this.cancel?.()
  }
}
