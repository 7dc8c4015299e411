// Servers with an API compatible with OpenAI's chat completions: llama.cpp, LM Studio, vLLM, OpenRouter and many more.
import * as z from 'zod/mini'
import type { Effort, Provider } from '../../shared/model/provider.ts'
import { ChatChunks } from './chat-chunks.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { redactor } from './failure.ts'
import { providerOf } from './language-model.ts'
import { listModels, seesIf } from './model-list.ts'
import { fetchPicture, picturesOf } from './picture.ts'
import { baseUrl, optional } from './settings.ts'
import { tidied } from './tidied.ts'
import { usualTimes, type StreamTimes } from './watch.ts'

const settings = z.object({
  /** Including the version, as in http://localhost:1234/v1. Without a path, /v1 is added. */
  baseUrl: baseUrl('LLM_BASE_URL, such as http://localhost:1234/v1, which starts with http:// or https://'),
  apiKey: optional,
  /** Null for the first model the server offers. */
  model: optional,
  imageModel: optional,
})
export type OpenAICompatibleSettings = z.infer<typeof settings>

const words = z.nullish(z.array(z.string()))
const list = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      name: z.optional(z.string()),
      /** OpenRouter's. */
      architecture: z.nullish(z.object({ input_modalities: words })),
    }),
  ),
  /** llama.cpp's. */
  models: z.nullish(z.array(z.object({ model: z.optional(z.string()), capabilities: words }))),
})

const seenBy = ({ data, models }: z.infer<typeof list>, id: string): boolean | null => {
  const modalities = data.find((model) => model.id === id)?.architecture?.input_modalities
  if (modalities) return modalities.includes('image')
  const capabilities = models?.find(({ model }) => model === id)?.capabilities
  return capabilities?.includes('multimodal') ?? null
}

/** The efforts that servers of reasoning models know. */
const effortOf = (effort: Effort | null): string =>
  effort === null ? 'medium' : effort === 'xhigh' || effort === 'max' ? 'high' : effort

export const createOpenAICompatible = (
  given: OpenAICompatibleSettings & { readonly label?: string },
  times: StreamTimes = usualTimes,
): Provider => {
  const { apiKey, model, imageModel } = given
  const url = new URL(given.baseUrl)
  const baseURL = url.pathname === '/' ? `${url.origin}/v1` : given.baseUrl
  const redact = redactor([apiKey ?? '', url.password, ...url.searchParams.values()])
  const sdk = async (fetch: typeof globalThis.fetch) => {
    const { createOpenAICompatible: createSdk } = await import('@ai-sdk/openai-compatible')
    return createSdk({
      name: 'openai-compatible',
      baseURL,
      includeUsage: true,
      fetch,
      ...(apiKey === null ? {} : { apiKey }),
    })
  }
  const headers: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }
  const listed = (signal: AbortSignal | null) =>
    listModels(
      {
        url: `${baseURL}/models`,
        headers,
        schema: list,
        models: (answer) =>
          answer.data.map(({ id, name }) => ({ id, name: name ?? id, ...seesIf(seenBy(answer, id)) })),
        redact,
      },
      signal,
    )
  return {
    ...providerOf({
      id: 'openai-compatible',
      label: given.label ?? `${model ?? 'models'} at ${url.host}`,
      usualModel: model,
      maxInputTokens: null,
      redact,
      times,
      list: listed,
      model: async (id, fetch) => (await sdk(tidied(fetch, () => new ChatChunks()))).chatModel(id),
      options: ({ thinking, effort, maxOutputTokens }) => ({
        maxOutputTokens,
        ...(thinking || effort !== null
          ? { providerOptions: { openaiCompatible: { reasoningEffort: effortOf(effort) } } }
          : {}),
      }),
    }),
    image: picturesOf({
      imageModel,
      list: listed,
      model: async (id) => (await sdk(fetchPicture)).imageModel(id),
      redact,
    }),
  }
}

export const openaiCompatible: ProviderDescriptor<OpenAICompatibleSettings> = {
  id: 'openai-compatible',
  settings,
  create: createOpenAICompatible,
}
