import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { ShownOutput } from '../../shared/notebook/output/output.ts'
import type { NotebookContext, RunContext } from '../commands/context.ts'
import { askAbout, errorToAskAbout } from '../commands/explain.ts'
import { installMissing, runUpTo } from '../commands/runs.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import { missingPackage, wantsRestart } from '../kernel/missing-module.ts'
import { lacksCellsAbove } from '../kernel/undefined-name.ts'
import { LightElement } from './light-element.ts'

export type OfferContext = RunContext & Pick<NotebookContext, 'shortcuts'>

/** Below the outputs of a cell, remedies: install a missing package, restart the kernel, run the cells above, ask the model. */
@customElement('nb-offer')
export class NbOffer extends LightElement {
  @property({ attribute: false }) context!: OfferContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) outputs: readonly ShownOutput[] = []

  private button(name: string, command: CommandId, action: () => void): TemplateResult {
    const title = this.context.shortcuts.hint(name, command)
    return html`<button type="button" title=${title} @click=${action}>${name}</button>`
  }

  protected override render(): TemplateResult | typeof nothing {
    const { context, cell, outputs } = this
    if (!context.notebook.writable) return nothing
    const project = missingPackage(outputs)
    const buttons = [
      project === null
        ? null
        : this.button(`Install ${project}`, 'install-missing', () => installMissing(context, cell)),
      project === null && wantsRestart(outputs)
        ? this.button('Restart kernel', 'restart', () => void context.python.restart())
        : null,
      lacksCellsAbove(context.notebook.doc, cell, outputs)
        ? html`<button type="button" @click=${() => runUpTo(context, cell)}>
            Run all above and this cell
          </button>`
        : null,
      ...(errorToAskAbout(context, cell, outputs) === null
        ? []
        : [
            this.button('Explain', 'explain', () => askAbout(context, cell, 'explain')),
            this.button('Fix', 'fix', () => askAbout(context, cell, 'fix')),
          ]),
    ].filter((button) => button !== null)
    return buttons.length === 0 ? nothing : html`<p class="nb-offer">${buttons}</p>`
  }
}
