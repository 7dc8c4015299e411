// Which model answers, and how much it is to think, as chosen for a notebook or one of its cells: a key of their metadata.
import { isRecord } from '../record.ts'
import { efforts, type Effort } from '../model/provider.ts'
import type { Leaf, Leaves } from './notebook.ts'

export const modelKey = 'llm_notebook_model'

export interface ModelChoice {
  /** `provider/model`; null for what is chosen above: by the notebook, by the relay. */
  readonly model: string | null
  readonly effort: Effort | null
}

const isEffort = (value: unknown): value is Effort => efforts.includes(value as Effort)

/** The choice made there itself. */
export const ownChoice = (meta: Leaves): ModelChoice => {
  const found = meta[modelKey]
  if (!isRecord(found)) return { model: null, effort: null }
  const { name, effort } = found
  return {
    model: typeof name === 'string' && /^[^/]+\/./.test(name) ? name : null,
    effort: isEffort(effort) ? effort : null,
  }
}

/** What holds for a cell: its own choice, else the notebook's, each of the two by itself. */
export const choiceFor = (notebook: Leaves, cell: Leaves): ModelChoice => {
  const [above, own] = [ownChoice(notebook), ownChoice(cell)]
  return { model: own.model ?? above.model, effort: own.effort ?? above.effort }
}

/** The metadata's value; undefined where nothing is chosen. */
export const choiceLeaf = ({ model, effort }: ModelChoice): Leaf | undefined =>
  model === null && effort === null
    ? undefined
    : { ...(model === null ? {} : { name: model }), ...(effort === null ? {} : { effort }) }

/** A model's id may have slashes of its own. */
export const splitModel = (model: string): { readonly provider: string; readonly id: string } => {
  const at = model.indexOf('/')
  return { provider: model.slice(0, at), id: model.slice(at + 1) }
}
