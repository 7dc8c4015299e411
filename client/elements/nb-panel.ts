import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { reasonOf } from '../document/database.ts'
import { isDialog, type Panel } from '../panels/panel.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import { Dismiss } from './dismiss.ts'
import { iconButton } from './icon-button.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import { typeAhead } from './type-ahead.ts'

/** The frame of a panel: title, close button, content. Fires `close`. */
@customElement('nb-panel')
export class NbPanel extends LightElement {
  @property({ attribute: false }) panel!: Panel
  @property({ attribute: false }) shortcuts!: Shortcuts
  @property({ attribute: false }) content: unknown
  /** Opened by its person; a panel that was open before leaves the focus alone. */
  @property({ attribute: false }) takesFocus = false
  @state() private failure: string | null = null
  /** Not rendered before: an element defined after it got its properties does not have them when it is connected. */
  @state() private isLoaded = false
  private loading: Promise<void> = Promise.resolve()
  readonly dismiss = new Dismiss(
    this,
    () => isDialog(this.panel),
    () => this.close(),
    () => `[data-panel="${this.panel.id}"]`,
  )

  private close(): void {
    this.dispatchEvent(new CustomEvent('close'))
  }

  keepFocus(): void {
    this.querySelector<HTMLElement>('section')?.focus({ preventScroll: true })
  }

  private async load(): Promise<void> {
    try {
      await this.panel.load()
      this.isLoaded = true
    } catch (error) {
      this.failure = `This panel could not be loaded: ${reasonOf(error)}`
    }
  }

  protected override willUpdate(): void {
    this.dataset['side'] = this.panel.side
  }

  protected override firstUpdated(): void {
    this.loading = this.load()
    if (!this.takesFocus) return
    this.keepFocus()
    void typeAhead(this.updateComplete, { onLeave: () => undefined })
  }

  /** Includes its content. */
  protected override async getUpdateComplete(): Promise<boolean> {
    await super.getUpdateComplete()
    await this.loading
    return super.getUpdateComplete()
  }

  protected override render(): TemplateResult {
    const { title } = this.panel
    const dialog = isDialog(this.panel)
    return html`<section
      class="nb-panel"
      role=${dialog ? 'dialog' : 'complementary'}
      aria-label=${title}
      tabindex="-1"
    >
      <div class="nb-panel-head">
        <h2>${title}</h2>
        ${iconButton(
          dialog ? 'Close' : `Close ${title.toLowerCase()}`,
          this.shortcuts.hint('Close', 'close-panel'),
          icons.close,
          () => this.close(),
        )}
      </div>
      ${this.failure !== null ? html`<p role="alert">${this.failure}</p>` : this.isLoaded ? this.content : nothing}
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
