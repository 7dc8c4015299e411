// The changes that wait for a decision, in a cell and below a reply; the element loads when there are some.
import { html, nothing, type TemplateResult } from 'lit'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { ReviewContext } from '../commands/review.ts'

/** `position` as in nb-change. */
export const changeOf = (
  context: ReviewContext,
  cell: CellId,
  position: number,
): TemplateResult | typeof nothing =>
  context.review.has(cell)
    ? html`<nb-change .context=${context} .cell=${cell} .position=${position}></nb-change>`
    : nothing

export const changesOfReply = (context: ReviewContext, run: string): TemplateResult | typeof nothing =>
  context.review.hasGroup(run)
    ? html`<nb-change-bar .context=${context} .group=${run}></nb-change-bar>`
    : nothing
