import { basePath } from '../base-path.ts'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { readOnlyWords } from '../commands/cells.ts'
import type { NotebookContext } from '../commands/context.ts'
import { exportMenu, menus } from '../commands/menus.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import type { Identity } from '../settings/identity.ts'
import { isDialog, type Panel } from '../panels/panel.ts'
import { Follow } from './follow.ts'
import { iconButton } from './icon-button.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import './nb-menus.ts'
import type { RunCommand } from './nb-menus.ts'
import './nb-people.ts'

/**
 * The notebook's name, menus, actions on the whole notebook, people, and at the left edge the panels' buttons. Panels
 * over the notebook are its children. A narrow window has one menu instead of the bar and the edge.
 */
@customElement('nb-header')
export class NbHeader extends LightElement {
  @property({ attribute: false }) context!: NotebookContext
  @property({ attribute: false }) run!: RunCommand
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
    const buttons = this.querySelectorAll<HTMLElement>(`[data-panel="${panel}"], .nb-all button`)
    for (const button of buttons) if (button.checkVisibility()) return button.focus()
  }

  private icon(label: string, id: CommandId, image: unknown): TemplateResult {
    return iconButton(label, this.context.shortcuts.hint(label, id), image, () => this.run(id, null))
  }

  private panelButton(panel: Panel): TemplateResult {
    const { id, title, about = title, icon, needsNotebook, word } = panel
    const dialog = isDialog(panel)
    const { panels, shortcuts } = this.context
    return html`<button
      type="button"
      data-panel=${id}
      aria-label=${title}
      title=${shortcuts.hint(about, id)}
      aria-haspopup=${dialog ? 'dialog' : nothing}
      aria-expanded=${dialog ? nothing : panels.isOpen(id)}
      ?disabled=${needsNotebook && !this.loaded}
      @click=${() => panels.toggle(id)}
    >
      ${icon}<span>${word ?? title}</span>
    </button>`
  }

  private tools(): TemplateResult {
    const { context } = this
    if (!context.notebook.editable)
      return html`<span class="nb-read-only" title=${readOnlyWords(context.notebook)}
        >${context.notebook.grant.allows('comment') && !context.notebook.readOnly ? 'Comments only' : 'Read only'}</span
      >`
    return html`<button
        type="button"
        class="nb-text-button"
        title=${context.shortcuts.hint('Run all', 'run-all')}
        @click=${() => this.run('run-all', null)}
      >
        ${icons.run}<span>Run all</span></button
      >${this.icon('Interrupt kernel', 'interrupt', icons.stop)}${this.icon('Restart kernel', 'restart', icons.restart)}${this.icon('Undo', 'undo', icons.undo)}${this.icon('Redo', 'redo', icons.redo)}`
  }

  protected override render(): TemplateResult {
    const { context, run } = this
    const { editable } = context.notebook
    const folders = this.path.split('/')
    const name = folders.pop()?.replace(/\.ipynb$/, '') ?? ''
    const palette = context.panels.all.filter(({ side, icon }) => side === 'centre' && icon !== null)
    return html`<header class="nb-header">
        <a class="nb-icon" href=${basePath} aria-label="All notebooks" title="All notebooks">${icons.home}</a>
        ${this.icon('New tab', 'new-tab', icons.plus)}
        <h1 title=${this.path} ?data-renames=${editable} @click=${() => editable && this.run('rename', null)}>
          ${folders.length > 0 ? html`<span>${folders.join(' / ')} / </span>` : nothing}${name}
        </h1>
        <nb-menus class="nb-bar-menus" .context=${context} .menus=${menus} .run=${run}></nb-menus>
        <nav aria-label="Notebook">
          ${this.tools()} ${palette.map((panel) => this.panelButton(panel))}
          <nb-menus
            class="nb-export"
            label="Export"
            .face=${html`${icons.download}<span>Export</span>`}
            .context=${context}
            .menus=${[exportMenu]}
            .run=${run}
          ></nb-menus>
        </nav>
        <nb-people .context=${context} .identity=${this.identity}></nb-people>
        <nb-menus
          class="nb-all"
          label="Menu"
          .face=${icons.menu}
          .context=${context}
          .menus=${menus}
          .run=${run}
        ></nb-menus>
        ${this.over}
      </header>
      <nav class="nb-edge" aria-label="Panels">
        ${context.panels.all.filter((panel) => panel.side !== 'centre').map((panel) => this.panelButton(panel))}
      </nav>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-header': NbHeader
  }
}
