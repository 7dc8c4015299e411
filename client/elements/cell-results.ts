// What a cell shows below its source: a reply or outputs, and when it ran.
import { html, nothing, type TemplateResult } from 'lit'
import type { CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import { cellReply, type CellHead } from '../../shared/notebook/document/read.ts'
import type { ShownStatus } from '../../shared/notebook/document/status.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { ShownOutput } from '../../shared/notebook/output/output.ts'
import { isBy } from '../../shared/notebook/person.ts'
import type { KindView } from '../cell-kinds/kind-view.ts'
import { cellOutputs, type OutputsContext } from './cell-outputs.ts'
import './nb-reply.ts'
import type { ReplyContext } from './nb-reply.ts'
import './nb-run-info.ts'

export type ResultsContext = ReplyContext & OutputsContext

export interface CellResults {
  readonly cell: CellId
  readonly position: number
  readonly head: CellHead | undefined
  readonly view: KindView
  readonly status: ShownStatus
  readonly flags: readonly CellFlag[]
  readonly outputs: readonly ShownOutput[]
  /** The source differs from what was run. */
  readonly stale: boolean
  readonly folded: boolean
}

const replyOf = (
  context: ResultsContext,
  { cell, position, status }: CellResults,
): TemplateResult | typeof nothing =>
  cellReply(context.notebook.doc, cell) === undefined
    ? nothing
    : html`<nb-reply .context=${context} .cell=${cell} .position=${position} .status=${status}></nb-reply>`

export const cellResults = (context: ResultsContext, parts: CellResults): TemplateResult | typeof nothing => {
  const { head, view, status, stale, folded } = parts
  if (folded) return nothing
  const results = view.results({
    reply: () => replyOf(context, parts),
    outputs: () => cellOutputs(context, { ...parts, running: status === 'running' }),
  })
  return html`${results}
  ${
    head?.run && (head.status !== 'running' || status === 'running')
      ? html`<nb-run-info
          .run=${head.run}
          .other=${!isBy(context.person(), head.run)}
          .stale=${stale}
        ></nb-run-info>`
      : nothing
  }`
}
