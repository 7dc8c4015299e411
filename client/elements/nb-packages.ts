import { html, LitElement, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { type NotebookContext } from '../commands/context.ts'
import { keepPackages, onKeptPackages, readKeptPackages } from '../kernel/kept-packages.ts'
import { type KeptPackage } from '../kernel/protocol.ts'
import { icons } from './icons.ts'

/** The packages that the notebook keeps. */
@customElement('nb-packages')
export class NbPackages extends LitElement {
  @property({ attribute: false }) context!: NotebookContext
  @state() private kept: readonly KeptPackage[] = []
  private stop: () => void = () => undefined

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const { doc } = this.context.notebook
    const look = (): void => {
      this.kept = readKeptPackages(doc)
    }
    this.stop = onKeptPackages(doc, look)
    look()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stop()
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>('section')?.focus({ preventScroll: true })
  }

  private drop(name: string): void {
    keepPackages(this.context.notebook.doc, [], [name], 'command')
    this.context.announce(`${name} removed. Python has it until it is restarted.`)
  }

  private row({ name, version }: KeptPackage): TemplateResult {
    return html`<li>
      <span class="nb-file-name">${name}</span>
      <span class="nb-file-about">${version}</span>
      <span class="nb-file-actions">
        <button
          type="button"
          class="nb-text-button"
          aria-label=${`Remove ${name}`}
          ?disabled=${!this.context.notebook.writable}
          @click=${() => this.drop(name)}
        >
          Remove
        </button>
      </span>
    </li>`
  }

  protected override render(): TemplateResult {
    return html`<section class="nb-files" role="complementary" aria-label="Packages" tabindex="-1">
      <div class="nb-history-head">
        <h2>Packages</h2>
        <span></span>
        <button
          type="button"
          class="nb-icon"
          aria-label="Close packages"
          title="Close (Esc)"
          @click=${() => this.dispatchEvent(new CustomEvent('close'))}
        >
          ${icons.close}
        </button>
      </div>
      <p>
        What <code>%pip install</code> installed, in these versions. Whoever opens this notebook and runs a
        cell gets them by themselves.
      </p>
      ${
        this.kept.length === 0
          ? html`<p class="nb-empty">No packages yet.</p>`
          : html`<ul>
              ${this.kept.map((each) => this.row(each))}
            </ul>`
      }
    </section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-packages': NbPackages
  }
}
