import { whenIdle } from './idle.ts'
import { LightElement } from './light-element.ts'

/** When an element is rendered for the first time: with its list, when the page is idle, or only when it is called for. */
export type Turn = 'now' | 'idle' | 'called'

/** An element whose first rendering may wait. Until then it has nothing, not even a promise of Lit's. */
export abstract class DeferredElement extends LightElement {
  private awake = false

  protected abstract get turn(): Turn

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.awake || this.turn === 'called') return
    if (this.turn === 'idle')
      return whenIdle(() => {
        if (this.isConnected) this.renderFirst()
      })
    this.awake = true
    this.requestUpdate()
  }

  override requestUpdate(...change: Parameters<LightElement['requestUpdate']>): void {
    if (this.awake) super.requestUpdate(...change)
  }

  /** Renders synchronously, so that a text about to get the focus exists. */
  protected renderNow(): void {
    this.awake = true
    this.requestUpdate()
    this.performUpdate()
  }

  /** Renders what is shown for the first time and still waits for its turn. */
  renderFirst(): void {
    if (!this.hasUpdated) this.renderNow()
  }
}
