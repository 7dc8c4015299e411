import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { themes, type Theme } from '../settings/settings.ts'
import type { SettingsStore } from '../settings/store.ts'
import { Follow } from './follow.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'

const themeIcons: Readonly<Record<Theme, readonly [keyof typeof icons, string]>> = {
  system: ['system', 'system'],
  light: ['sun', 'light'],
  dark: ['moon', 'dark'],
}

/** One button that cycles through the themes. */
@customElement('nb-theme')
export class NbTheme extends LightElement {
  @property({ attribute: false }) settings!: SettingsStore
  readonly follow = new Follow(this, (changed) => [this.settings.onChange(changed)])

  private next(): void {
    const { settings } = this
    settings.set('theme', themes[(themes.indexOf(settings.get('theme')) + 1) % themes.length] ?? 'system')
  }

  protected override render(): TemplateResult {
    const [icon, word] = themeIcons[this.settings.get('theme')]
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
