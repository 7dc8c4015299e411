import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { LightElement } from './light-element.ts'

/**
 * What remains of a removed text, with a message about what happened. If the text was being edited, the ghost has the
 * focus and ignores every key but Escape, so that further typing does nothing. Fires `keep`, `discard` and `leave`.
 */
@customElement('nb-ghost')
export class NbGhost extends LightElement {
  @property({ attribute: false }) message = ''
  @property({ attribute: false }) text = ''
  /** Button labels; null for no button. */
  @property({ attribute: false }) keep: string | null = null
  @property({ attribute: false }) discard: string | null = null

  override connectedCallback(): void {
    super.connectedCallback()
    this.setAttribute('role', 'group')
    this.setAttribute('aria-label', 'Text left over')
    this.addEventListener('keydown', this.onKey)
  }

  takeFocus(): void {
    this.requestUpdate()
    this.performUpdate()
    this.querySelector('textarea')?.focus({ preventScroll: true })
    this.scrollIntoView({ block: 'nearest' })
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    event.stopPropagation()
    if (event.key === 'Escape') {
      event.preventDefault()
      this.fire('leave')
      return
    }
    const chord = event.ctrlKey || event.metaKey || event.altKey
    if (event.target instanceof HTMLTextAreaElement && event.key.length === 1 && !chord)
      event.preventDefault()
  }

  private fire(what: 'keep' | 'discard' | 'leave'): void {
    this.dispatchEvent(new CustomEvent(what))
  }

  protected override render(): unknown {
    const { message, text, keep, discard } = this
    const lines = Math.min(12, text.split('\n').length)
    const button = (name: string, what: 'keep' | 'discard' | 'leave'): TemplateResult =>
      html`<button type="button" @click=${() => this.fire(what)}>${name}</button>`
    return html`<div class="nb-ghost">
      <p role="alert">${message}</p>
      <textarea
        readonly
        dir="auto"
        spellcheck="false"
        rows=${lines}
        aria-label=${message}
        .value=${text}
      ></textarea>
      ${keep === null ? nothing : button(keep, 'keep')}
      ${discard === null ? button('Close', 'leave') : button(discard, 'discard')}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-ghost': NbGhost
  }
}
