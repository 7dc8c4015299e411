import { html, LitElement, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { onMac } from '../commands/keyboard.ts'
import { type Mode } from '../commands/selection.ts'
import { commands, type Command, type Keys } from '../commands/table.ts'
import { Dismiss } from './dismiss.ts'
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
  readonly dismiss = new Dismiss(
    this,
    () => true,
    () => this.close(),
    '[aria-label="Keys"]',
  )

  private close(): void {
    this.dispatchEvent(new CustomEvent('close'))
  }

  protected override firstUpdated(): void {
    this.querySelector('button')?.focus()
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'h' || event.ctrlKey || event.metaKey || event.altKey) return
    event.stopPropagation()
    this.close()
  }

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  private row({ title, keys }: Command, mode: Mode): TemplateResult {
    const shown = [...new Set((keys[mode] ?? []).map(spoken))]
    return html`<dt>${shown.map((each) => html`<kbd>${each}</kbd> `)}</dt>
      <dd>${title}</dd>`
  }

  protected override render(): TemplateResult {
    return html`<section class="nb-keys" role="dialog" aria-label="Keys" @keydown=${this.onKey}>
      <header>
        <h2>Keys</h2>
        <button type="button" class="nb-icon" aria-label="Close" @click=${() => this.close()}>
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
