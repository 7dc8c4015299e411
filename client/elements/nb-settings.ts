import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import {
  editorBindings,
  fontSizes,
  indents,
  notebookKeys,
  outputPlaces,
  themes,
  type EditorOptions,
  type Indent,
  type NotebookKeys,
} from '../settings/settings.ts'
import { settingId, settingLabels, themeNames, type SettingLabel } from '../settings/labels.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import type { SettingsStore } from '../settings/store.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import './nb-shortcuts.ts'

const keysNames: Readonly<Record<NotebookKeys, string>> = {
  jupyterlab: 'JupyterLab',
  colab: 'JupyterLab with Colab’s Ctrl+M chords',
}
const bindingsNames: Readonly<Record<EditorOptions['bindings'], string>> = {
  standard: 'Standard',
  vim: 'Vim',
}

const indentName = (indent: Indent): string => (indent === 'tab' ? 'Tab' : `${indent} spaces`)

/** Settings of this browser. Every control takes effect at once. */
@customElement('nb-settings')
export class NbSettings extends LightElement {
  @property({ attribute: false }) settings!: SettingsStore
  @property({ attribute: false }) shortcuts!: Shortcuts
  readonly follow = new Follow(this, (changed) => [this.settings.onChange(changed)])

  private edit(change: Partial<EditorOptions>): void {
    this.settings.set('editor', { ...this.settings.get('editor'), ...change })
  }

  private row(name: SettingLabel, control: TemplateResult, about = ''): TemplateResult {
    const id = settingId(name)
    return html`<div class="nb-setting">
      <span>
        <label for=${id}>${settingLabels[name]}</label>
        ${about === '' ? nothing : html`<small id=${`${id}-about`}>${about}</small>`}
      </span>
      ${control}
    </div>`
  }

  private choice<T extends string | number>(
    name: SettingLabel,
    all: readonly T[],
    chosen: T,
    nameOf: (value: T) => string,
    choose: (value: T) => void,
  ): TemplateResult {
    const onChange = (event: Event): void => {
      const value = all[(event.target as HTMLSelectElement).selectedIndex]
      if (value !== undefined) choose(value)
    }
    return this.row(
      name,
      html`<select id=${settingId(name)} @change=${onChange}>
        ${all.map((value) => html`<option value=${value} .selected=${value === chosen}>${nameOf(value)}</option>`)}
      </select>`,
    )
  }

  private flag(
    name: 'lineNumbers' | 'wordWrap' | 'autoCloseBrackets' | 'suggestions',
    about = '',
  ): TemplateResult {
    const id = settingId(name)
    return this.row(
      name,
      html`<input
        id=${id}
        type="checkbox"
        aria-describedby=${about === '' ? nothing : `${id}-about`}
        .checked=${this.settings.get('editor')[name]}
        @change=${(event: Event) => this.edit({ [name]: (event.target as HTMLInputElement).checked })}
      />`,
      about,
    )
  }

  private person(): TemplateResult {
    const identity = this.settings.get('identity')
    const rename = ({ target }: Event): void => {
      const field = target as HTMLInputElement
      const name = field.value.trim()
      if (name === '') field.value = identity.name
      else this.settings.set('identity', { ...identity, name })
    }
    const recolor = ({ target }: Event): void =>
      this.settings.set('identity', { name: identity.name, color: (target as HTMLInputElement).value })
    return html`<h3>You</h3>
      ${this.row(
        'name',
        html`<input
          id="nb-setting-name"
          type="text"
          maxlength="60"
          aria-describedby="nb-setting-name-about"
          .value=${identity.name}
          @change=${rename}
        />`,
        'Shown at your caret and in the history.',
      )}
      ${this.row(
        'color',
        html`<input id="nb-setting-color" type="color" .value=${identity.color} @change=${recolor} />`,
      )}`
  }

  private editor(): TemplateResult {
    const { indent, fontSize, bindings } = this.settings.get('editor')
    return html`<h3>Editor</h3>
      ${this.flag('lineNumbers')}
      ${this.flag('wordWrap', 'Wraps long lines of code. Other text always wraps.')}
      ${this.flag('autoCloseBrackets')}
      ${this.flag('suggestions', 'In code and notes, the model suggests how the text goes on: what you write and the cells above are sent to it whenever you pause. Tab accepts.')}
      ${this.choice('indent', indents, indent, indentName, (chosen) => this.edit({ indent: chosen }))}
      ${this.choice(
        'font-size',
        fontSizes,
        fontSize,
        (size) => `${size} px`,
        (chosen) => this.edit({ fontSize: chosen }),
      )}
      ${this.choice(
        'editor-keys',
        editorBindings,
        bindings,
        (each) => bindingsNames[each],
        (chosen) => this.edit({ bindings: chosen }),
      )}
      ${this.choice(
        'keys',
        notebookKeys,
        this.settings.get('keys'),
        (each) => keysNames[each],
        (chosen) => this.settings.set('keys', chosen),
      )}`
  }

  protected override render(): TemplateResult {
    const theme = this.choice(
      'theme',
      themes,
      this.settings.get('theme'),
      (each) => themeNames[each],
      (chosen) => this.settings.set('theme', chosen),
    )
    return html`<p class="nb-settings-about">Stored in this browser for all notebooks.</p>
      <h3>Appearance</h3>
      ${theme}
      ${this.choice(
        'outputs',
        outputPlaces,
        this.settings.get('outputs'),
        (each) => (each === 'below' ? 'Below' : 'Beside, in a wide window'),
        (chosen) => this.settings.set('outputs', chosen),
      )}
      ${this.person()} ${this.editor()}
      <nb-shortcuts .shortcuts=${this.shortcuts}></nb-shortcuts>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-settings': NbSettings
  }
}
