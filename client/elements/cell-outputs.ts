// The outputs of a cell, and what is offered with them.
import { html, nothing, type TemplateResult } from 'lit'
import type { CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { ShownOutput } from '../../shared/notebook/output/output.ts'
import { toggleFlag } from '../commands/cells.ts'
import type { CellContext, NotebookContext } from '../commands/context.ts'
import { wantsRestart } from '../kernel/missing-module.ts'
import { loadScript } from '../load-script.ts'
import type { OfferContext } from './nb-offer.ts'
import './nb-output.ts'

/** The remedies, which few outputs need. */
const loadOffer = (): Promise<unknown> => import('./nb-offer.ts')

export type OutputsContext = CellContext &
  OfferContext &
  Pick<NotebookContext, 'blobs' | 'frameHeights' | 'widgets' | 'earlier' | 'hosts' | 'python'>

interface CellOutputs {
  readonly cell: CellId
  readonly position: number
  readonly outputs: readonly ShownOutput[]
  readonly flags: readonly CellFlag[]
  readonly running: boolean
}

export const cellOutputs = (
  context: OutputsContext,
  { cell, position, outputs, flags, running }: CellOutputs,
): TemplateResult | typeof nothing => {
  if (outputs.length === 0) return nothing
  const needsHelp = outputs.some(({ type }) => type === 'error') || wantsRestart(outputs)
  if (needsHelp && customElements.get('nb-offer') === undefined) loadScript(loadOffer)
  return html`<nb-output
      .scrolled=${flags.includes('scrolled')}
      .running=${running}
      .outputs=${outputs}
      .cellKey=${cell}
      .heights=${context.frameHeights}
      .blobs=${context.blobs}
      .widgets=${context.widgets}
      .earlier=${context.earlier}
      .hosts=${context.hosts}
      .frames=${context.python.frames}
      .label=${`Output of cell ${position}`}
      .toggleScrolled=${context.notebook.editable ? () => toggleFlag(context, cell, 'scrolled') : null}
    ></nb-output>
    ${needsHelp ? html`<nb-offer .context=${context} .cell=${cell} .outputs=${outputs}></nb-offer>` : nothing}`
}
