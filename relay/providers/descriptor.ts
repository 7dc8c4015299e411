// A provider as the registry lists it: its id, the settings it needs, how it is created.
import type * as z from 'zod/mini'
import type { Provider } from '../../shared/model/provider.ts'
import type { StreamTimes } from './watch.ts'

/** The settings as given, for any provider; null if not given. */
export interface GivenSettings {
  readonly apiKey: string | null
  readonly baseUrl: string | null
  readonly model: string | null
  readonly imageModel: string | null
  readonly contextLength: string | null
}

export interface ProviderDescriptor<S> {
  readonly id: string
  /** Parses GivenSettings. Its messages continue "LLM_PROVIDER=id needs ". */
  readonly settings: z.ZodMiniType<S>
  readonly create: (settings: S, times?: StreamTimes) => Provider
}

/** A provider with valid settings, created when the relay starts. */
export interface ConfiguredProvider {
  readonly id: string
  readonly create: () => Provider
}

/** A descriptor without the type of its settings, so that one list holds them all. */
export interface Configurable {
  readonly id: string
  readonly configure: (
    given: GivenSettings,
  ) =>
    | { readonly ok: true; readonly value: ConfiguredProvider }
    | { readonly ok: false; readonly problem: string }
}

export const configurable = <S>({ id, settings, create }: ProviderDescriptor<S>): Configurable => ({
  id,
  configure: (given) => {
    const parsed = settings.safeParse(given)
    return parsed.success
      ? { ok: true, value: { id, create: () => create(parsed.data) } }
      : {
          ok: false,
          problem: `LLM_PROVIDER=${id} needs ${parsed.error.issues[0]?.message ?? 'other settings'}`,
        }
  },
})
