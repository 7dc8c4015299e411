// Every provider that uses a server, with a server for its wire.
import { anthropic } from '../../relay/providers/anthropic.ts'
import type { GivenSettings, ProviderDescriptor } from '../../relay/providers/descriptor.ts'
import { ollama } from '../../relay/providers/ollama.ts'
import { openai } from '../../relay/providers/openai.ts'
import { openaiCompatible } from '../../relay/providers/openai-compatible.ts'
import type { StreamTimes } from '../../relay/providers/watch.ts'
import type { Provider } from '../../shared/model/provider.ts'
import { anthropicWire } from './model-server/anthropic.ts'
import { chatWire } from './model-server/chat.ts'
import { ollamaWire } from './model-server/ollama.ts'
import { openaiWire } from './model-server/openai.ts'
import type { Wire } from './model-server/wire.ts'

export const key = 'sk-very-secret-0123456789'
/** Generous timeouts, and a short wait before a retry. */
export const times: StreamTimes = { first: 20_000, silence: 20_000, retry: 5 }

const made =
  <S>({ settings, create }: ProviderDescriptor<S>) =>
  (given: GivenSettings, times: StreamTimes): Provider => {
    const parsed = settings.safeParse(given)
    if (!parsed.success) throw new Error(parsed.error.message)
    return create(parsed.data, times)
  }

interface Spoken {
  readonly wire: Wire
  /** The path of its base URL. */
  readonly path: string
  readonly create: (given: GivenSettings, times: StreamTimes) => Provider
}

export const wires: readonly Spoken[] = [
  { wire: anthropicWire, path: '/v1', create: made(anthropic) },
  { wire: openaiWire, path: '/v1', create: made(openai) },
  { wire: chatWire, path: '/v1', create: made(openaiCompatible) },
  { wire: ollamaWire, path: '', create: made(ollama) },
]

/** The provider of this wire for a server at `origin`. */
export const providerAt = (
  { path, create }: Spoken,
  origin: string,
  change: Partial<GivenSettings> & { readonly times?: Partial<StreamTimes> } = {},
): Provider => {
  const { times: others, ...given } = change
  return create(
    {
      apiKey: key,
      baseUrl: `${origin}${path}`,
      model: 'a-model',
      imageModel: null,
      contextLength: null,
      ...given,
    },
    { ...times, ...others },
  )
}
