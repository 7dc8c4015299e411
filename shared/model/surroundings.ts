// What a context depends on besides the notebook: the provider, and the folders' instructions.
import { budgetFor, withinRoom } from '../context/budget.ts'
import type { Surroundings } from '../context/build.ts'
import type { Craft } from '../context/craft.ts'
import { sightFor, type ModelChoice } from '../notebook/model-choice.ts'
import type { Provider } from './provider.ts'

interface FromRelay {
  readonly craft?: (() => Promise<readonly Craft[]>) | undefined
  /** Tokens of the tool definitions. */
  readonly tools?: number
}

/** Synchronous if possible: then the context is that of the run's start. */
export const surroundingsOf = (
  provider: Provider,
  model: string,
  choice: ModelChoice,
  { craft: readCraft, tools = 0 }: FromRelay,
): Surroundings | Promise<Surroundings> =>
  onceKnown(provider.sight(model), (sight) =>
    onceKnown(readCraft?.() ?? [], (craft) => ({
      budget: withinRoom(budgetFor(provider.maxInputTokens, tools), sight.room),
      sight: sightFor(choice, sight),
      craft,
    })),
  )

export const onceKnown = <T, U>(value: T | Promise<T>, then: (value: T) => U | Promise<U>): U | Promise<U> =>
  value instanceof Promise ? value.then((known) => then(known)) : then(value)
