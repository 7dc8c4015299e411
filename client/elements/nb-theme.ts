import { html, LitElement, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { applyTheme, loadTheme, themes, type Theme } from '../document/theme.ts'
import { icons } from './icons.ts'

const faces: Readonly<Record<Theme, readonly [keyof typeof icons, string]>> = {
  system: ['system', 'as the system'],
  light: ['sun', 'light'],
  dark: ['moon', 'dark'],
}

/** One button that goes through the themes. */
@customElement('nb-theme')
export class NbTheme extends LitElement {
  @state() private theme = loadTheme()

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  private next(): void {
    this.theme = themes[(themes.indexOf(this.theme) + 1) % themes.length] ?? 'system'
    applyTheme(this.theme)
  }

  protected override render(): TemplateResult {
    const [icon, word] = faces[this.theme]
    const title = `Theme: ${word}`
    return html`<button
      type="button"
      class="nb-icon"
      aria-label=${title}
      title=${title}
      @click=${() => this.next()}
    >
      ${icons[icon]}
    </button>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-theme': NbTheme
  }
}
