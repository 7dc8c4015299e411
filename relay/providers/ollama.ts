// Ollama, by its own API: unlike its OpenAI-compatible one it has a setting for the context length, without which a long
// notebook is cut at the beginning without notice.
import * as z from 'zod/mini'
import type { ModelDescription, ModelList, Provider } from '../../shared/model/provider.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { redactor } from './failure.ts'
import { providerOf } from './language-model.ts'
import { listModels, seesIf, type ListRequest } from './model-list.ts'
import { OllamaModel } from './ollama-model.ts'
import { contextLengthOr, keyIn, optional, plainUrlOr } from './settings.ts'
import { usualTimes, type StreamTimes } from './watch.ts'

export const ollamaAddress = 'http://127.0.0.1:11434'
/** Tokens. More need more memory, and a change reloads the model. */
const usualContext = 16_384

const settings = z.object({
  baseUrl: plainUrlOr(ollamaAddress),
  /** For a server behind a proxy. */
  apiKey: z.nullable(keyIn('OLLAMA_API_KEY')),
  model: optional,
  contextLength: contextLengthOr('OLLAMA_CONTEXT_LENGTH', usualContext),
})

const list = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      digest: z.optional(z.string()),
      details: z.optional(z.object({ parameter_size: z.optional(z.string()) })),
    }),
  ),
})
const shown = z.object({ capabilities: z.array(z.string()) })

type Capabilities = readonly string[] | null

/** Null if this version does not say, or not in time. */
const capabilitiesOf = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  model: string,
  signal: AbortSignal | null,
): Promise<Capabilities> => {
  const timeout = AbortSignal.timeout(3_000)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model }),
      signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
    })
    const parsed = shown.safeParse(await response.json())
    return parsed.success ? parsed.data.capabilities : null
  } catch {
    // Unknown, as for older versions.
    return null
  }
}

const headersFor = (apiKey: string | null): Readonly<Record<string, string>> =>
  apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }

const listRequest = ({
  baseUrl,
  apiKey,
}: Pick<z.infer<typeof settings>, 'baseUrl' | 'apiKey'>): ListRequest<z.infer<typeof list>> => ({
  url: `${baseUrl}/api/tags`,
  headers: headersFor(apiKey),
  schema: list,
  models: ({ models }) =>
    models.map(({ name, details }) => ({
      id: name,
      name: details?.parameter_size === undefined ? name : `${name} (${details.parameter_size})`,
    })),
  redact: redactor([apiKey ?? '']),
})

/** Whether a server with a model answers. Asks nothing about each model, which can take seconds. */
export const hasOllama = async (given: z.infer<typeof settings>): Promise<boolean> => {
  const listed = await listModels(listRequest(given))
  return listed.ok && listed.models.length > 0
}

/** The models that can answer, and what they can do. Each is asked about once, as long as it stays the same. */
const describedModels = (
  given: z.infer<typeof settings>,
): ((signal: AbortSignal | null) => Promise<ModelList>) => {
  const request = listRequest(given)
  /** By digest. */
  const known = new Map<string, Capabilities>()
  const described = async (
    model: ModelDescription,
    digest: string,
    signal: AbortSignal | null,
  ): Promise<readonly ModelDescription[]> => {
    const found =
      known.get(digest) ??
      (await capabilitiesOf(`${given.baseUrl}/api/show`, request.headers, model.id, signal))
    if (found === null) return [model]
    known.set(digest, found)
    if (found.includes('embedding') && !found.includes('completion')) return []
    return [{ ...model, ...seesIf(found.includes('vision')) }]
  }
  return async (signal) => {
    const digests = new Map<string, string>()
    const models: typeof request.models = (answer) => {
      for (const { name, digest } of answer.models) digests.set(name, digest ?? name)
      return request.models(answer)
    }
    const listed = await listModels({ ...request, models }, signal)
    if (!listed.ok) return listed
    const all = listed.models.map((model) => described(model, digests.get(model.id) ?? model.id, signal))
    return { ok: true, models: (await Promise.all(all)).flat() }
  }
}

export const createOllama = (
  given: z.infer<typeof settings> & { readonly label?: string },
  times: StreamTimes = usualTimes,
): Provider => {
  const { baseUrl, apiKey, model, contextLength } = given
  const headers = headersFor(apiKey)
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
    list: describedModels(given),
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
