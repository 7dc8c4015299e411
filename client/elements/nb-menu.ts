import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { Dismiss } from './dismiss.ts'
import { icons } from './icons.ts'
import { leaves } from './leaves.ts'
import { LightElement } from './light-element.ts'
import { moveFocus } from './move-focus.ts'
import { placeAt, type Point } from './place-at.ts'

export interface MenuItem {
  readonly label: string
  /** A key, or a word about it. */
  readonly about?: string
  readonly run: () => void
}

/** A button with a menu of actions. */
@customElement('nb-menu')
export class NbMenu extends LightElement {
  @property() label = ''
  @property({ attribute: false }) items: readonly MenuItem[] = []
  @state() private open = false
  readonly dismiss = new Dismiss(
    this,
    () => this.open,
    (by) => this.close(by === 'key'),
  )

  private get buttons(): readonly HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  }

  private async toggle(): Promise<void> {
    this.open = !this.open
    await this.updateComplete
    this.buttons[0]?.focus()
  }

  /** At the pointer, instead of below its button. */
  async openAt(point: Point): Promise<void> {
    this.open = true
    await this.updateComplete
    const menu = this.querySelector<HTMLElement>('.nb-menu')
    if (menu !== null) placeAt(menu, point)
    this.buttons[0]?.focus({ preventScroll: true })
  }

  private close(back: boolean): void {
    this.open = false
    if (back) this.querySelector('button')?.focus()
  }

  private choose(item: MenuItem): void {
    this.close(true)
    item.run()
  }

  private onKey(event: KeyboardEvent): void {
    // Keys in the menu must not act on what is below it.
    event.stopPropagation()
    moveFocus(event, this.buttons)
  }

  private onFocusOut(event: FocusEvent): void {
    if (leaves(this, event)) this.open = false
  }

  protected override render(): TemplateResult {
    const { label, open } = this
    return html`<button
        type="button"
        class="nb-icon"
        aria-label=${label}
        title=${label}
        aria-haspopup="menu"
        aria-expanded=${open}
        @click=${() => void this.toggle()}
      >
        ${icons.more}
      </button>
      ${
        open
          ? html`<div class="nb-menu" @keydown=${this.onKey} @focusout=${this.onFocusOut}>
              <div role="menu" aria-label=${label}>
                ${this.items.map(
                  (item) =>
                    html`<button
                      type="button"
                      role="menuitem"
                      tabindex="-1"
                      aria-label=${item.label}
                      @click=${() => this.choose(item)}
                    >
                      <span>${item.label}</span>
                      ${item.about === undefined ? nothing : html`<small aria-hidden="true" data-words=${item.about}></small>`}
                    </button>`,
                )}
              </div>
            </div>`
          : nothing
      }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-menu': NbMenu
  }
}
