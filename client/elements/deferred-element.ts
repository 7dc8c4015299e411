import { whenIdle } from './idle.ts'
import { LightElement } from './light-element.ts'

/** An element whose first rendering may wait until the page is idle. */
export abstract class DeferredElement extends LightElement {
  private endWait: (() => void) | null = null

  protected abstract get mayWait(): boolean

  protected override scheduleUpdate(): void | Promise<void> {
    if (this.hasUpdated || !this.mayWait) return super.scheduleUpdate() as void | Promise<void>
    return new Promise((resolve) => {
      this.endWait = resolve
      whenIdle(() => {
        if (this.isConnected) void super.scheduleUpdate()
        resolve()
      })
    })
  }

  /** Renders synchronously, so that a text about to get the focus exists. */
  protected renderNow(): void {
    this.requestUpdate()
    this.performUpdate()
    // Lit lets the next update wait for the promise of this one: printing would not have it in time.
    this.endWait?.()
  }

  /** Renders what is shown for the first time and still waits for its turn. */
  protected renderFirst(): void {
    if (!this.hasUpdated) this.renderNow()
  }
}
