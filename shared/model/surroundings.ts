// What a context depends on besides the notebook, as its provider and the relay tell.
import { budgetFor } from '../context/budget.ts'
import type { Surroundings } from '../context/build.ts'
import { sightFor, type ModelChoice } from '../notebook/model-choice.ts'
import type { Provider, Sight } from './provider.ts'

/** At once where nobody has to be asked for it: then the context is that of the run's start. */
export const surroundingsOf = (
  provider: Provider,
  model: string,
  choice: ModelChoice,
): Surroundings | Promise<Surroundings> => {
  const of = (sight: Sight): Surroundings => ({
    budget: budgetFor(provider.maxInputTokens),
    sight: sightFor(choice, sight),
  })
  return onceKnown(provider.sight(model), of)
}

export const onceKnown = <T, U>(value: T | Promise<T>, then: (value: T) => U): U | Promise<U> =>
  value instanceof Promise ? value.then((known) => then(known)) : then(value)
