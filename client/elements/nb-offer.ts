import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { ShownOutput } from '../../shared/notebook/output/output.ts'
import type { NotebookContext, RunContext } from '../commands/context.ts'
import { installMissing } from '../commands/runs.ts'
import { missingPackage, wantsRestart } from '../kernel/missing-module.ts'
import { LightElement } from './light-element.ts'

export type OfferContext = RunContext & Pick<NotebookContext, 'shortcuts'>

/** Below the outputs of a cell, a remedy: install a missing package, or restart the kernel. */
@customElement('nb-offer')
export class NbOffer extends LightElement {
  @property({ attribute: false }) context!: OfferContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) outputs: readonly ShownOutput[] = []

  protected override render(): TemplateResult | typeof nothing {
    const project = missingPackage(this.outputs)
    if (!this.context.notebook.writable) return nothing
    if (project !== null)
      return html`<p class="nb-offer">
        <button
          type="button"
          title=${this.context.shortcuts.hint(`Install ${project}`, 'install-missing')}
          @click=${() => installMissing(this.context, this.cell)}
        >
          Install ${project}
        </button>
      </p>`
    if (!wantsRestart(this.outputs)) return nothing
    return html`<p class="nb-offer">
      <button type="button" @click=${() => void this.context.python.restart()}>Restart kernel</button>
    </p>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-offer': NbOffer
  }
}
