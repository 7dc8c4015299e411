import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Panel } from '../panels/panel.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import { Dismiss } from './dismiss.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'

/** The frame of a panel: title, close button, content. Fires `close`. */
@customElement('nb-panel')
export class NbPanel extends LightElement {
  @property({ attribute: false }) panel!: Panel
  @property({ attribute: false }) shortcuts!: Shortcuts
  @property({ attribute: false }) content: unknown
  /** Opened by its person; a panel that was open before leaves the focus alone. */
  @property({ attribute: false }) takesFocus = false
  readonly dismiss = new Dismiss(
    this,
    () => this.panel.side === 'corner',
    () => this.close(),
    '[data-panel]',
  )

  private close(): void {
    this.dispatchEvent(new CustomEvent('close'))
  }

  keepFocus(): void {
    this.querySelector<HTMLElement>('section')?.focus({ preventScroll: true })
  }

  protected override willUpdate(): void {
    this.dataset['side'] = this.panel.side
  }

  protected override firstUpdated(): void {
    if (this.takesFocus) this.keepFocus()
  }

  protected override render(): TemplateResult {
    const { title, side } = this.panel
    const isDialog = side === 'corner'
    return html`<section
      class="nb-panel"
      role=${isDialog ? 'dialog' : 'complementary'}
      aria-label=${title}
      tabindex="-1"
    >
      <div class="nb-panel-head">
        <h2>${title}</h2>
        <button
          type="button"
          class="nb-icon"
          aria-label=${isDialog ? 'Close' : `Close ${title.toLowerCase()}`}
          title=${this.shortcuts.hint('Close', 'close-panel')}
          @click=${() => this.close()}
        >
          ${icons.close}
        </button>
      </div>
      ${this.content}
    </section>`
  }
}

/** The focused element in a panel was removed: the panel takes the focus. */
export const keepFocusInPanel = (element: Element): void => element.closest('nb-panel')?.keepFocus()

declare global {
  interface HTMLElementTagNameMap {
    'nb-panel': NbPanel
  }
}
