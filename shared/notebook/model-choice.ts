// The model and its effort, as chosen in the metadata of a notebook or cell.
import { isRecord } from '../record.ts'
import { efforts, type Effort, type Sight } from '../model/provider.ts'
import type { Leaf, Leaves } from './notebook.ts'

export const modelKey = 'llm_notebook_model'

/** The provider of models that run in the page of whoever asks them. */
export const browserProvider = 'browser'

export interface ModelChoice {
  /** `provider/model`; null for the notebook's or the relay's choice. */
  readonly model: string | null
  readonly effort: Effort | null
  /** Whether images are sent; null if that depends on the model. */
  readonly images: boolean | null
}

const isEffort = (value: unknown): value is Effort => efforts.includes(value as Effort)

/** The choice in this metadata alone. */
export const ownChoice = (meta: Leaves): ModelChoice => {
  const found = meta[modelKey]
  if (!isRecord(found)) return { model: null, effort: null, images: null }
  const { name, effort, images } = found
  return {
    model: typeof name === 'string' && /^[^/]+\/./.test(name) ? name : null,
    effort: isEffort(effort) ? effort : null,
    images: typeof images === 'boolean' ? images : null,
  }
}

/** The effective choice for a cell: each part its own, else the notebook's. */
export const choiceFor = (notebook: Leaves, cell: Leaves): ModelChoice => {
  const [above, own] = [ownChoice(notebook), ownChoice(cell)]
  return {
    model: own.model ?? above.model,
    effort: own.effort ?? above.effort,
    images: own.images ?? above.images,
  }
}

/** The value for the metadata; undefined if nothing is chosen. */
export const choiceLeaf = ({ model, effort, images }: ModelChoice): Leaf | undefined =>
  model === null && effort === null && images === null
    ? undefined
    : {
        ...(model === null ? {} : { name: model }),
        ...(effort === null ? {} : { effort }),
        ...(images === null ? {} : { images }),
      }

/** Which images the chosen model gets. */
export const sightFor = ({ images }: ModelChoice, sight: Sight): Sight =>
  images === null ? sight : { ...sight, sees: images }

/** The model that is to run in the page; null where the relay's answer. */
export const modelInBrowser = ({ model }: ModelChoice): string | null => {
  const named = model === null ? null : splitModel(model)
  return named?.provider === browserProvider ? named.id : null
}

/** A model's id may contain slashes. */
export const splitModel = (model: string): { readonly provider: string; readonly id: string } => {
  const at = model.indexOf('/')
  return { provider: model.slice(0, at), id: model.slice(at + 1) }
}
