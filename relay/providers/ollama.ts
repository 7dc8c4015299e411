// Ollama, by its own API: unlike its OpenAI-compatible one it has a setting for the context length, without which a long
// notebook is cut at the beginning without notice.
import * as z from 'zod/mini'
import type { ModelDescription, Provider } from '../../shared/model/provider.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { redactor } from './failure.ts'
import { providerOf } from './language-model.ts'
import { listModels, seesIf } from './model-list.ts'
import { OllamaModel } from './ollama-model.ts'
import { baseUrlOr, optional } from './settings.ts'
import { usualTimes, type StreamTimes } from './watch.ts'

export const ollamaAddress = 'http://127.0.0.1:11434'
/** Tokens. More need more memory, and a change reloads the model. */
const usualContext = 16_384

const contextLength = z.pipe(
  z.nullable(z.string()),
  z.transform((text) => (text === null ? usualContext : Number(text))),
)

const settings = z.object({
  baseUrl: baseUrlOr(ollamaAddress),
  /** For a server behind a proxy. */
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

const shown = z.object({ capabilities: z.array(z.string()) })

/** Null if this version does not say, or not in time. */
const sees = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  model: string,
  signal: AbortSignal | null,
): Promise<boolean | null> => {
  const timeout = AbortSignal.timeout(3_000)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model }),
      signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
    })
    const parsed = shown.safeParse(await response.json())
    return parsed.success ? parsed.data.capabilities.includes('vision') : null
  } catch {
    // Unknown, as for older versions.
    return null
  }
}

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
    sight: { mimes: ['image/png', 'image/jpeg', 'image/webp'] },
    list: async (signal) => {
      const listed = await listModels(
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
      )
      if (!listed.ok) return listed
      const show = async (model: ModelDescription): Promise<ModelDescription> => ({
        ...model,
        ...seesIf(await sees(`${baseUrl}/api/show`, headers, model.id, signal)),
      })
      return { ok: true, models: await Promise.all(listed.models.map(show)) }
    },
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
