import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { type NotebookContext } from '../commands/context.ts'
import { commands } from '../commands/table.ts'
import { type Identity } from '../document/identity.ts'
import { icons } from './icons.ts'
import './nb-export.ts'
import './nb-files.ts'
import './nb-history.ts'
import './nb-packages.ts'
import './nb-people.ts'
import './nb-theme.ts'

/** What lies over the notebook, or stands below it, or beside it. */
export const panels = {
  files: 'Files',
  packages: 'Packages',
  variables: 'Variables',
  history: 'History',
  keys: 'Keys',
} as const
export type Panel = keyof typeof panels

const titles: Readonly<Record<Panel, string>> = {
  files: 'Files that Python works with',
  packages: 'Packages that the notebook keeps',
  variables: 'Variables',
  history: 'History',
  keys: 'Keys (H)',
}

/** The name of the notebook, what acts on all of it, and who is here. Pressing a panel's button fires `panel`. */
@customElement('nb-header')
export class NbHeader extends LitElement {
  @property({ attribute: false }) context!: NotebookContext
  @property() path = ''
  @property({ attribute: false }) identity!: Identity
  @property({ attribute: false }) open: ReadonlySet<Panel> = new Set()
  @property({ type: Boolean }) loaded = false

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  focusButton(panel: Panel): void {
    this.querySelector<HTMLElement>(`[aria-label="${panels[panel]}"]`)?.focus()
  }

  private toggle(panel: Panel): void {
    this.dispatchEvent(new CustomEvent<Panel>('panel', { detail: panel }))
  }

  private command(id: string): () => void {
    return () => commands.find((command) => command.id === id)?.run(this.context)
  }

  private icon(label: string, id: string, image: unknown): TemplateResult {
    return html`<button
      type="button"
      class="nb-icon"
      aria-label=${label}
      title=${label}
      @click=${this.command(id)}
    >
      ${image}
    </button>`
  }

  private panelButton(panel: Panel): TemplateResult {
    const needsNotebook = panel === 'files' || panel === 'packages' || panel === 'history'
    return html`<button
      type="button"
      class="nb-icon"
      aria-label=${panels[panel]}
      title=${titles[panel]}
      aria-expanded=${panel === 'keys' ? nothing : this.open.has(panel)}
      ?disabled=${needsNotebook && !this.loaded}
      @click=${() => this.toggle(panel)}
    >
      ${icons[panel]}
    </button>`
  }

  protected override render(): TemplateResult {
    const { context, open } = this
    const folders = this.path.split('/')
    const name = folders.pop()?.replace(/\.ipynb$/, '') ?? ''
    return html`<header class="nb-header">
      <a class="nb-icon" href="/" aria-label="All notebooks" title="All notebooks">${icons.home}</a>
      <h1 title=${this.path}>
        ${folders.length > 0 ? html`<span>${folders.join(' / ')} / </span>` : nothing}${name}
      </h1>
      <nav aria-label="Notebook">
        ${
          context.notebook.editable
            ? html`<button type="button" class="nb-text-button" @click=${this.command('run-all')}>
                  ${icons.run}<span>Run all</span>
                </button>
                ${this.icon('Interrupt kernel', 'interrupt', icons.stop)}${this.icon('Restart kernel', 'restart', icons.restart)}
                ${this.icon('Undo', 'undo', icons.undo)}${this.icon('Redo', 'redo', icons.redo)}`
            : html`<span class="nb-read-only" title="You may read this notebook, not change or run it"
                >Read only</span
              >`
        }
        <nb-export .context=${context}></nb-export>
        ${this.panelButton('files')}${this.panelButton('packages')}${this.panelButton('variables')}${this.panelButton('history')}${this.panelButton('keys')}
        <nb-theme></nb-theme>
      </nav>
      <nb-people .context=${context} .identity=${this.identity}></nb-people>
      ${
        open.has('history')
          ? html`<nb-history .context=${context} @close=${() => this.toggle('history')}></nb-history>`
          : open.has('files')
            ? html`<nb-files .context=${context} @close=${() => this.toggle('files')}></nb-files>`
            : open.has('packages')
              ? html`<nb-packages .context=${context} @close=${() => this.toggle('packages')}></nb-packages>`
              : nothing
      }
    </header>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-header': NbHeader
  }
}
