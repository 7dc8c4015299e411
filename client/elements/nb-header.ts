import { basePath } from '../base-path.ts'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { readOnlyWords } from '../commands/cells.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import type { Identity } from '../settings/identity.ts'
import { isDialog, type Panel } from '../panels/panel.ts'
import { Follow } from './follow.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import './nb-export.ts'
import type { ExportContext } from './nb-export.ts'
import './nb-people.ts'
import type { PeopleContext } from './nb-people.ts'
import './nb-theme.ts'

export type HeaderContext = ExportContext &
  PeopleContext &
  Pick<NotebookContext, 'panels' | 'settings' | 'shortcuts'>

/** The notebook's name, actions on the whole notebook, and people. Panels over the notebook are its children. */
@customElement('nb-header')
export class NbHeader extends LightElement {
  @property({ attribute: false }) context!: HeaderContext
  @property({ attribute: false }) run!: (command: CommandId) => void
  @property() path = ''
  @property({ attribute: false }) identity!: Identity
  /** The open panel over the notebook. */
  @property({ attribute: false }) over: unknown
  @property({ type: Boolean }) loaded = false

  readonly follow = new Follow(this, (changed) => [
    this.context.shortcuts.onChange(changed),
    this.context.panels.onChange(changed),
  ])

  focusButton(panel: string): void {
    this.querySelector<HTMLElement>(`[data-panel="${panel}"]`)?.focus()
  }

  private command(id: CommandId): () => void {
    return () => this.run(id)
  }

  private icon(label: string, id: CommandId, image: unknown): TemplateResult {
    return html`<button
      type="button"
      class="nb-icon"
      aria-label=${label}
      title=${this.context.shortcuts.hint(label, id)}
      @click=${this.command(id)}
    >
      ${image}
    </button>`
  }

  private panelButton(panel: Panel): TemplateResult {
    const { id, title, about, icon, needsNotebook } = panel
    const dialog = isDialog(panel)
    const { panels, shortcuts } = this.context
    return html`<button
      type="button"
      class="nb-icon"
      data-panel=${id}
      aria-label=${title}
      title=${shortcuts.hint(about, id)}
      aria-haspopup=${dialog ? 'dialog' : nothing}
      aria-expanded=${dialog ? nothing : panels.isOpen(id)}
      ?disabled=${needsNotebook && !this.loaded}
      @click=${() => panels.toggle(id)}
    >
      ${icon}
    </button>`
  }

  protected override render(): TemplateResult {
    const { context } = this
    const folders = this.path.split('/')
    const name = folders.pop()?.replace(/\.ipynb$/, '') ?? ''
    return html`<header class="nb-header">
      <a class="nb-icon" href=${basePath} aria-label="All notebooks" title="All notebooks">${icons.home}</a>
      ${this.icon('New tab', 'new-tab', icons.plus)}
      <h1 title=${this.path}>
        ${folders.length > 0 ? html`<span>${folders.join(' / ')} / </span>` : nothing}${name}
      </h1>
      <nav aria-label="Notebook">
        ${
          context.notebook.editable
            ? html`<button
                  type="button"
                  class="nb-text-button"
                  title=${context.shortcuts.hint('Run all', 'run-all')}
                  @click=${this.command('run-all')}
                >
                  ${icons.run}<span>Run all</span>
                </button>
                ${this.icon('Interrupt kernel', 'interrupt', icons.stop)}${this.icon('Restart kernel', 'restart', icons.restart)}
                ${this.icon('Undo', 'undo', icons.undo)}${this.icon('Redo', 'redo', icons.redo)}`
            : html`<span class="nb-read-only" title=${readOnlyWords(context.notebook)}
                >${context.notebook.grant.allows('comment') && !context.notebook.readOnly ? 'Comments only' : 'Read only'}</span
              >`
        }
        <nb-export .context=${context}></nb-export>
        ${context.panels.all.map((panel) => this.panelButton(panel))}
        <nb-theme .settings=${context.settings}></nb-theme>
      </nav>
      <nb-people .context=${context} .identity=${this.identity}></nb-people>
      ${this.over}
    </header>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-header': NbHeader
  }
}
