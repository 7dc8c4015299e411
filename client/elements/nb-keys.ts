import { html, LitElement, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { onMac } from '../commands/keyboard.ts'
import { type Mode } from '../commands/selection.ts'
import { commands, type Command, type Keys } from '../commands/table.ts'
import { icons } from './icons.ts'

const names: Readonly<Record<string, string>> = {
  Mod: onMac ? 'Cmd' : 'Ctrl',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
}

/** As it is written on the keys; those of a sequence stand apart. */
const spoken = (keys: Keys): string =>
  keys
    .split(' ')
    .map((stroke) =>
      stroke
        .split('-')
        .map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key))
        .join('+'),
    )
    .join(' ')

const groups: readonly (readonly [title: string, mode: Mode])[] = [
  ['In a text and outside', 'edit'],
  ['Outside a text', 'command'],
]

/** The list of keys, straight from the table that the keyboard obeys. */
@customElement('nb-keys')
export class NbKeys extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this
  }

  private row({ title, keys }: Command, mode: Mode): TemplateResult {
    const shown = [...new Set((keys[mode] ?? []).map(spoken))]
    return html`<dt>${shown.map((each) => html`<kbd>${each}</kbd> `)}</dt>
      <dd>${title}</dd>`
  }

  protected override render(): TemplateResult {
    return html`<section class="nb-keys" role="dialog" aria-label="Keys">
      <header>
        <h2>Keys</h2>
        <button
          type="button"
          class="nb-icon"
          aria-label="Close"
          @click=${() => this.dispatchEvent(new CustomEvent('close'))}
        >
          ${icons.close}
        </button>
      </header>
      <p>Esc leaves a text, Enter goes into it.</p>
      ${groups.map(([heading, mode]) => {
        const rows = commands.filter(({ keys }) => keys[mode] !== undefined)
        const own = mode === 'edit' ? rows : rows.filter(({ keys }) => keys.edit === undefined)
        return html`<h3>${heading}</h3>
          <dl>${own.map((command) => this.row(command, mode))}</dl>`
      })}
    </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-keys': NbKeys
  }
}
