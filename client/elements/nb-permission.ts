import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Permission } from '../kernel/permission.ts'
import { LightElement } from './light-element.ts'

/** Asks whether the notebook's code may use network and files; below the cell whose code wants to. */
@customElement('nb-permission')
export class NbPermission extends LightElement {
  @property({ attribute: false }) permission!: Pick<Permission, 'set'>
  /** What it wants to access. */
  @property({ attribute: false }) target = ''

  protected override firstUpdated(): void {
    // It takes no focus: a key meant for something else must not answer it.
    this.scrollIntoView({ block: 'nearest' })
  }

  private answer(permitted: 'allowed' | 'refused'): void {
    this.permission.set(permitted)
  }

  protected override render(): TemplateResult {
    return html`<div
      class="nb-permission"
      role="alertdialog"
      aria-label="May the code of this notebook use the network and files?"
      aria-describedby="nb-permission-why"
    >
      <p id="nb-permission-why">
        This notebook was not created in this browser, and its code wants to reach
        <code>${this.target}</code>. If you allow it, its code may use the network and read the files beside
        the notebook, now and later. What it reads it can also send away.
      </p>
      <button type="button" @click=${() => this.answer('allowed')}>Allow</button>
      <button type="button" @click=${() => this.answer('refused')}>Don’t allow</button>
    </div>`
  }
}
