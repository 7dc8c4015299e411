import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { OpenNotebook } from '../document/open.ts'
import { keepPackages, onKeptPackages, readKeptPackages } from '../kernel/kept-packages.ts'
import type { KeptPackage } from '../kernel/protocol.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'

@customElement('nb-packages')
export class NbPackages extends LightElement {
  @property({ attribute: false }) notebook!: Pick<OpenNotebook, 'doc' | 'writable'>
  @property({ attribute: false }) announce!: (text: string) => void
  readonly follow = new Follow(this, (changed) => [onKeptPackages(this.notebook.doc, changed)])

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
    const kept = readKeptPackages(this.notebook.doc)
    return html`<p>
        What <code>%pip install</code> installed, in these versions. Whoever opens this notebook and runs a
        cell gets them by themselves.
      </p>
      ${
        kept.length === 0
          ? html`<p class="nb-empty">No packages yet.</p>`
          : html`<ul>
              ${kept.map((each) => this.row(each))}
            </ul>`
      }`
  }
}
