import { LightElement } from './light-element.ts'

/** An element whose first rendering may wait until it is called for. Until then it has not even a promise of Lit's. */
export abstract class DeferredElement extends LightElement {
  private awake = false

  /** To be rendered as soon as it is connected. */
  protected abstract get isFirst(): boolean

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.awake || !this.isFirst) return
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

  /** Renders what is shown for the first time and still waits. */
  renderFirst(): void {
    if (!this.hasUpdated) this.renderNow()
  }
}
