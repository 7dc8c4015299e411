import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { nameOf } from '../notebooks/notebook-path.ts'
import { pathsOf, withOpened, type Tab, type TabPaths, type Tabs } from '../notebooks/tabs.ts'
import { iconButton } from './icon-button.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'

/** The open notebooks. Fires `close-tab` and `split` with a path. */
@customElement('nb-tabs')
export class NbTabs extends LightElement {
  @property({ attribute: false }) tabs!: Tabs
  @property({ attribute: false }) urlOf!: (paths: TabPaths) => string
  @property({ attribute: false }) isRunning!: (path: string) => boolean

  private fire(type: 'close-tab' | 'split', path: string): void {
    this.dispatchEvent(new CustomEvent(type, { detail: path, bubbles: true }))
  }

  private tab(tab: Tab): TemplateResult {
    const { tabs } = this
    const { path } = tab
    const name = nameOf(path)
    const isShown = tab === tabs.active || tab === tabs.beside
    const isRunning = this.isRunning(path)
    return html`<li ?data-shown=${isShown} ?data-running=${isRunning}>
      <a
        href=${this.urlOf(withOpened(pathsOf(tabs), path, null))}
        aria-current=${tab === tabs.active ? 'page' : nothing}
        title=${isRunning ? `${path} (running)` : path}
        @auxclick=${(event: MouseEvent) => {
          if (event.button !== 1) return
          event.preventDefault()
          this.fire('close-tab', path)
        }}
        >${name}</a
      >
      ${
        tabs.active === null || tab === tabs.active
          ? nothing
          : html`<button
              type="button"
              class="nb-icon"
              aria-label=${tab === tabs.beside ? `Show ${name} no longer beside` : `Show ${name} beside`}
              aria-pressed=${tab === tabs.beside}
              title="Side by side"
              @click=${() => this.fire('split', path)}
            >
              ${icons.split}
            </button>`
      }
      ${iconButton(`Close ${name}`, 'Close tab', icons.close, () => this.fire('close-tab', path))}
    </li>`
  }

  protected override render(): TemplateResult {
    const { tabs } = this
    return html`<nav class="nb-tabs" aria-label="Open notebooks">
      <ul role="list">
        ${repeat(
          tabs.all,
          ({ id }) => id,
          (tab) => this.tab(tab),
        )}
      </ul>
      ${
        tabs.active === null
          ? nothing
          : html`<a
              class="nb-icon"
              href=${this.urlOf({ ...pathsOf(tabs), active: null, beside: null })}
              aria-label="New tab"
              title="New tab"
              >${icons.plus}</a
            >`
      }
    </nav>`
  }
}
