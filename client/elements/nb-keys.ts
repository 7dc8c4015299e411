import { html, LitElement, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { commands } from '../commands/table.ts'
import { icons } from './icons.ts'

const spoken = (keys: string): string =>
  keys.replaceAll('Mod-', 'Ctrl+').replaceAll('-', '+').replaceAll('Arrow', '')

/** The list of keys, straight from the table that the keyboard obeys. */
@customElement('nb-keys')
export class NbKeys extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this
  }

  protected override render(): TemplateResult {
    const rows = commands.filter(({ keys }) => Object.keys(keys).length > 0)
    return html`<section class="nb-keys" role="dialog" aria-label="Keys">
      <header>
        <h2>Keys</h2>
        <button
          type="button"
          class="nb-icon"
          aria-label="Close"
          @click=${() => this.dispatchEvent(new CustomEvent('close'))}
        >
          ${icons.stop}
        </button>
      </header>
      <p>Esc leaves a text, Enter goes into it.</p>
      <dl>
        ${rows.map(
          ({ title, keys }) =>
            html`<dt>
                ${[...new Set([...(keys.command ?? []), ...(keys.edit ?? [])])].map((key) => html`<kbd>${spoken(key)}</kbd> `)}
              </dt>
              <dd>
                ${title}${keys.command === undefined || keys.edit !== undefined ? '' : html` <small>outside a text</small>`}
              </dd>`,
        )}
      </dl>
    </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-keys': NbKeys
  }
}
