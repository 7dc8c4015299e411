import { basePath } from '../base-path.ts'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Shortcuts } from '../settings/shortcuts.ts'
import type { SettingsStore } from '../settings/store.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import './nb-settings.ts'

/** The settings at their own URL. */
@customElement('nb-settings-page')
export class NbSettingsPage extends LightElement {
  @property({ attribute: false }) settings!: SettingsStore
  @property({ attribute: false }) shortcuts!: Shortcuts

  override connectedCallback(): void {
    super.connectedCallback()
    document.title = 'Settings · LLM Notebook'
  }

  protected override render(): TemplateResult {
    return html`<header class="nb-header">
        <a class="nb-icon" href=${basePath} aria-label="All notebooks" title="All notebooks">${icons.home}</a>
        <h1>Settings</h1>
      </header>
      <main>
        <nb-settings .settings=${this.settings} .shortcuts=${this.shortcuts}></nb-settings>
      </main>`
  }
}
