import { splitModel, type ModelChoice } from '../notebook/model-choice.ts'
import type { Provider, Providers } from './provider.ts'

export interface ChosenProvider {
  readonly provider: Provider
  /** Empty for the provider's own default. */
  readonly model: string
}

/** The first provider if none was chosen; null if the chosen one is not among them. */
export const chosenProvider = (
  providers: Providers,
  { model }: Pick<ModelChoice, 'model'>,
): ChosenProvider | null => {
  if (model === null) return { provider: providers[0], model: '' }
  const named = splitModel(model)
  const provider = providers.find(({ id }) => id === named.provider)
  return provider === undefined ? null : { provider, model: named.id }
}
