// Ollama, by its own API: unlike its OpenAI-compatible one it lets the context length be said, without which a long
// notebook loses its beginning in silence.
import * as z from 'zod/mini'
import type { Provider } from '../../shared/model/provider.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { redactor } from './failure.ts'
import { providerOf } from './language-model.ts'
import { listModels } from './model-list.ts'
import { OllamaModel } from './ollama-model.ts'
import { baseUrlOr, optional } from './settings.ts'
import { usualTimes, type StreamTimes } from './watch.ts'

export const ollamaAddress = 'http://127.0.0.1:11434'
/** Tokens: more costs memory, and another number than before loads the model anew. */
const usualContext = 16_384

const contextLength = z.pipe(
  z.nullable(z.string()),
  z.transform((text) => (text === null ? usualContext : Number(text))),
)

const settings = z.object({
  baseUrl: baseUrlOr(ollamaAddress),
  /** For one behind a proxy. */
  apiKey: optional,
  model: optional,
  contextLength: contextLength.check(
    z.refine((length) => Number.isInteger(length) && length >= 2_048, {
      error: 'a number of tokens from 2048 in OLLAMA_CONTEXT_LENGTH',
    }),
  ),
})

const list = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      details: z.optional(z.object({ parameter_size: z.optional(z.string()) })),
    }),
  ),
})

export const createOllama = (
  given: z.infer<typeof settings> & { readonly label?: string },
  times: StreamTimes = usualTimes,
): Provider => {
  const { baseUrl, apiKey, model, contextLength } = given
  const headers: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }
  const redact = redactor([apiKey ?? ''])
  const maxAnswer = Math.floor(contextLength / 4)
  return providerOf({
    id: 'ollama',
    label: given.label ?? `${model ?? 'models'} at ${new URL(baseUrl).host} (Ollama)`,
    usualModel: model,
    maxInputTokens: contextLength - maxAnswer,
    redact,
    times,
    list: (signal) =>
      listModels(
        {
          url: `${baseUrl}/api/tags`,
          headers,
          schema: list,
          models: ({ models }) =>
            models.map(({ name, details }) => ({
              id: name,
              name: details?.parameter_size === undefined ? name : `${name} (${details.parameter_size})`,
            })),
          redact,
        },
        signal,
      ),
    model: (id, fetch) =>
      Promise.resolve(new OllamaModel(`${baseUrl}/api/chat`, id, contextLength, headers, fetch)),
    options: ({ thinking, effort, maxOutputTokens }) => ({
      maxOutputTokens: Math.min(maxOutputTokens, maxAnswer),
      providerOptions: {
        ollama: {
          think: !thinking
            ? false
            : effort === 'low' || effort === 'medium' || effort === 'high'
              ? effort
              : true,
        },
      },
    }),
  })
}

export const ollama: ProviderDescriptor<z.infer<typeof settings>> = {
  id: 'ollama',
  settings,
  create: createOllama,
}
