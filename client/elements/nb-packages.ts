import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { OpenNotebook } from '../document/open.ts'
import { keepPackages, onKeptPackages, readKeptPackages } from '../kernel/kept-packages.ts'
import type { KeptPackage } from '../kernel/protocol.ts'
import { LightElement } from './light-element.ts'

/** The packages of this notebook. */
@customElement('nb-packages')
export class NbPackages extends LightElement {
  @property({ attribute: false }) notebook!: Pick<OpenNotebook, 'doc' | 'writable'>
  @property({ attribute: false }) announce!: (text: string) => void
  @state() private kept: readonly KeptPackage[] = []
  private stop: () => void = () => undefined

  override connectedCallback(): void {
    super.connectedCallback()
    const { doc } = this.notebook
    const check = (): void => {
      this.kept = readKeptPackages(doc)
    }
    this.stop = onKeptPackages(doc, check)
    check()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stop()
  }

  private drop(name: string): void {
    keepPackages(this.notebook.doc, [], [name], 'command')
    this.announce(`${name} removed. The kernel still has it until it is restarted.`)
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
          ?disabled=${!this.notebook.writable}
          @click=${() => this.drop(name)}
        >
          Remove
        </button>
      </span>
    </li>`
  }

  protected override render(): TemplateResult {
    return html`<p>
        What <code>%pip install</code> installed, in these versions. Whoever opens this notebook and runs a
        cell gets them by themselves.
      </p>
      ${
        this.kept.length === 0
          ? html`<p class="nb-empty">No packages yet.</p>`
          : html`<ul>
              ${this.kept.map((each) => this.row(each))}
            </ul>`
      }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-packages': NbPackages
  }
}
