import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import {
  fontSizes,
  indents,
  themes,
  type EditorOptions,
  type Indent,
  type Theme,
} from '../settings/settings.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import type { SettingsStore } from '../settings/store.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import './nb-shortcuts.ts'

const themeNames: Readonly<Record<Theme, string>> = {
  system: 'Same as the system',
  light: 'Light',
  dark: 'Dark',
}

const indentName = (indent: Indent): string => (indent === 'tab' ? 'Tab' : `${indent} spaces`)

/** What a person chooses for themselves in this browser. Every control acts at once. */
@customElement('nb-settings')
export class NbSettings extends LightElement {
  @property({ attribute: false }) settings!: SettingsStore
  @property({ attribute: false }) shortcuts!: Shortcuts
  readonly follow = new Follow(this, (changed) => [this.settings.onChange(changed)])

  private edit(change: Partial<EditorOptions>): void {
    this.settings.set('editor', { ...this.settings.get('editor'), ...change })
  }

  private row(label: string, control: TemplateResult, about = ''): TemplateResult {
    return html`<label class="nb-setting">
      <span>${label}${about === '' ? '' : html`<small>${about}</small>`}</span>${control}
    </label>`
  }

  private choice<T extends string | number>(
    all: readonly T[],
    chosen: T,
    name: (value: T) => string,
    choose: (value: T) => void,
  ): TemplateResult {
    const onChange = (event: Event): void => {
      const value = all[(event.target as HTMLSelectElement).selectedIndex]
      if (value !== undefined) choose(value)
    }
    return html`<select @change=${onChange}>
      ${all.map((value) => html`<option .selected=${value === chosen}>${name(value)}</option>`)}
    </select>`
  }

  private flag(name: 'lineNumbers' | 'wordWrap' | 'autoCloseBrackets'): TemplateResult {
    return html`<input
      type="checkbox"
      .checked=${this.settings.get('editor')[name]}
      @change=${(event: Event) => this.edit({ [name]: (event.target as HTMLInputElement).checked })}
    />`
  }

  private person(): TemplateResult {
    const identity = this.settings.get('identity')
    const rename = ({ target }: Event): void => {
      const field = target as HTMLInputElement
      const name = field.value.trim()
      if (name === '') field.value = identity.name
      else this.settings.set('identity', { ...identity, name })
    }
    return html`<h3>You</h3>
      ${this.row(
        'Name',
        html`<input
          type="text"
          maxlength="60"
          autocomplete="name"
          .value=${identity.name}
          @change=${rename}
        />`,
        'What others see at your caret and your edits.',
      )}
      ${this.row(
        'Colour',
        html`<input
          type="color"
          .value=${identity.color}
          @change=${(event: Event) =>
            this.settings.set('identity', {
              ...identity,
              color: (event.target as HTMLInputElement).value,
            })}
        />`,
      )}`
  }

  private editor(): TemplateResult {
    const { indent, fontSize } = this.settings.get('editor')
    return html`<h3>Editor</h3>
      ${this.row('Show line numbers', this.flag('lineNumbers'))}
      ${this.row('Word wrap', this.flag('wordWrap'), 'Long lines go on in the next one.')}
      ${this.row('Auto close brackets', this.flag('autoCloseBrackets'))}
      ${this.row(
        'Indentation',
        this.choice(indents, indent, indentName, (chosen) => this.edit({ indent: chosen })),
      )}
      ${this.row(
        'Code font size',
        this.choice(
          fontSizes,
          fontSize,
          (size) => `${size} px`,
          (chosen) => this.edit({ fontSize: chosen }),
        ),
      )}`
  }

  protected override render(): TemplateResult {
    const theme = this.choice(
      themes,
      this.settings.get('theme'),
      (each) => themeNames[each],
      (chosen) => this.settings.set('theme', chosen),
    )
    return html`<p class="nb-settings-about">Kept in this browser, for all notebooks.</p>
      <h3>Appearance</h3>
      ${this.row('Theme', theme)} ${this.person()} ${this.editor()}
      <nb-shortcuts .shortcuts=${this.shortcuts}></nb-shortcuts>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-settings': NbSettings
  }
}
