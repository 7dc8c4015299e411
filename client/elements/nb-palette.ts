import type { EditorView } from '@codemirror/view'
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { NotebookContext } from '../commands/context.ts'
import { keptPaths } from '../document/histories.ts'
import { listNotebooks } from '../document/notebooks-api.ts'
import { isForInputMethod } from '../keymap/keys.ts'
import {
  commandEntries,
  headingEntries,
  notebookEntries,
  settingEntries,
  type Entry,
} from '../palette/entries.ts'
import { ranked } from '../palette/rank.ts'
import { whenComposed } from './early-field.ts'
import { LightElement } from './light-element.ts'
import { NbSource } from './nb-source.ts'

/** Entries shown at most. */
const most = 200

/** Finds a command, a notebook, a heading or a setting by some of its words. */
@customElement('nb-palette')
export class NbPalette extends LightElement {
  @property({ attribute: false }) context!: NotebookContext
  @state() private query = ''
  @state() private active = 0
  @state() private paths: readonly string[] = []
  private all: readonly Entry[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    void this.list()
  }

  /** The relay's notebooks; offline those in this browser. */
  private async list(): Promise<void> {
    this.paths = keptPaths()
    const listed = await listNotebooks()
    if (listed.ok)
      this.paths = listed.notebooks.flatMap(({ path, reason }) => (reason === undefined ? [path] : []))
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.hasUpdated && !changed.has('paths')) return
    const { context } = this
    const { visit } = context
    this.all = [
      ...commandEntries(context, context.selection.mode === 'edit'),
      ...headingEntries(context),
      ...settingEntries((id) => void this.showSetting(id)),
      ...notebookEntries(this.paths, context.notebook.path, visit),
    ]
  }

  protected override firstUpdated(): void {
    void whenComposed().then(() => this.querySelector('input')?.focus())
  }

  protected override updated(): void {
    this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }

  private get shown(): readonly Entry[] {
    return ranked(this.all, this.query).slice(0, most)
  }

  private async showSetting(id: string): Promise<void> {
    const { panels } = this.context
    if (!panels.isOpen('settings')) panels.toggle('settings')
    const page = this.closest('nb-page')
    await page?.updateComplete
    await import('./nb-settings.ts')
    await page?.updateComplete
    await page?.querySelector('nb-settings')?.updateComplete
    page?.querySelector<HTMLElement>(`#${id}`)?.focus()
  }

  /** Puts the focus back to where the person came from, so that the command acts there. */
  private goBack(): EditorView | null {
    const { selection, panels, focusCell } = this.context
    panels.close('palette')
    if (panels.covered || selection.cell === null) return null
    const mode = selection.mode === 'edit' ? 'edit' : selection.hasSeveral ? 'extend' : 'command'
    focusCell(selection.cell, mode, null)
    const source = document.activeElement?.closest('nb-source')
    return source instanceof NbSource ? source.view : null
  }

  private choose(entry: Entry | undefined): void {
    if (entry !== undefined) entry.run(this.goBack())
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (isForInputMethod(event)) return
    const { length } = this.shown
    const page = 8
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: (this.active + 1) % Math.max(length, 1),
      ArrowUp: (this.active - 1 + length) % Math.max(length, 1),
      PageDown: Math.min(this.active + page, Math.max(length - 1, 0)),
      PageUp: Math.max(this.active - page, 0),
    }
    const to = moves[event.key]
    if (event.key === 'Enter') this.choose(this.shown[this.active])
    else if (to !== undefined) this.active = to
    else return
    event.preventDefault()
  }

  private readonly onInput = (event: Event): void => {
    this.query = (event.target as HTMLInputElement).value
    this.active = 0
  }

  private option(entry: Entry, place: number): TemplateResult {
    const { id, type, title, keys } = entry
    return html`<li
      id=${`nb-palette-${id}`}
      role="option"
      aria-description=${[type === 'Command' ? '' : type, keys ?? ''].filter(Boolean).join(', ')}
      aria-selected=${place === this.active}
      @pointermove=${() => (this.active = place)}
      @click=${() => this.choose(entry)}
    >
      <span>${title}</span>
      ${type === 'Command' ? nothing : html`<small aria-hidden="true">${type}</small>`}
      ${keys === null ? nothing : html`<kbd aria-hidden="true">${keys}</kbd>`}
    </li>`
  }

  protected override render(): TemplateResult {
    const { shown, active } = this
    const chosen = shown[active]
    return html`<input
        type="text"
        role="combobox"
        aria-label="Command, notebook, heading or setting"
        placeholder="Command, notebook, heading or setting"
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls="nb-palette-list"
        aria-activedescendant=${chosen === undefined ? nothing : `nb-palette-${chosen.id}`}
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        @input=${this.onInput}
        @keydown=${this.onKey}
      />
      <ul id="nb-palette-list" role="listbox" aria-label="Found">
        ${shown.map((entry, place) => this.option(entry, place))}
      </ul>
      <p class="nb-empty" role="status" ?hidden=${shown.length > 0}>
        ${shown.length > 0 ? '' : 'Nothing found.'}
      </p>`
  }
}
