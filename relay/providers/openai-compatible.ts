// Servers with an API compatible with OpenAI's chat completions: llama.cpp, LM Studio, vLLM, OpenRouter and many more.
import * as z from 'zod/mini'
import type { Effort, Provider } from '../../shared/model/provider.ts'
import { ChatChunks } from './chat-chunks.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { redactor } from './failure.ts'
import { providerOf } from './language-model.ts'
import { chatModels } from './chat-models.ts'
import { listModels } from './model-list.ts'
import { fetchPicture, picturesOf } from './picture.ts'
import { contextLengthOr, keyIn, optional, versionedUrl } from './settings.ts'
import { tidied } from './tidied.ts'
import { usualTimes, type StreamTimes } from './watch.ts'

const settings = z.object({
  /** Including the version, as in http://localhost:1234/v1. */
  baseUrl: versionedUrl(
    'LLM_BASE_URL, such as http://localhost:1234/v1, which starts with http:// or https://',
  ),
  apiKey: z.nullable(keyIn('LLM_API_KEY')),
  /** Null for the first model the server offers. */
  model: optional,
  imageModel: optional,
  /** Null: as the server's list says, if it does. */
  contextLength: contextLengthOr('LLM_CONTEXT_LENGTH', null),
})
export type OpenAICompatibleSettings = z.infer<typeof settings>

/** The efforts that servers of reasoning models know. */
const effortOf = (effort: Effort | null): string =>
  effort === null ? 'medium' : effort === 'xhigh' || effort === 'max' ? 'high' : effort

export const createOpenAICompatible = (
  given: Omit<OpenAICompatibleSettings, 'contextLength'> & {
    readonly label?: string
    readonly contextLength?: number | null
  },
  times: StreamTimes = usualTimes,
): Provider => {
  const { apiKey, model, imageModel, contextLength = null } = given
  const url = new URL(given.baseUrl)
  const baseURL = `${url.origin}${url.pathname}`
  const maxAnswer = contextLength === null ? Infinity : Math.floor(contextLength / 4)
  const redact = redactor([apiKey ?? '', url.password, ...url.searchParams.values()])
  const sdk = async (fetch: typeof globalThis.fetch, includeUsage = true) => {
    const { createOpenAICompatible: createSdk } = await import('@ai-sdk/openai-compatible')
    return createSdk({
      // The library sends Gemini's signatures of calls back under this name alone.
      name: 'google',
      baseURL,
      includeUsage,
      ...(url.search === '' ? {} : { queryParams: Object.fromEntries(url.searchParams) }),
      fetch,
      ...(apiKey === null ? {} : { apiKey }),
    })
  }
  const headers: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }
  const listed = (signal: AbortSignal | null) =>
    listModels(
      {
        url: `${baseURL}/models${url.search}`,
        headers,
        schema: chatModels,
        models: (models) => models,
        redact,
      },
      signal,
    )
  return {
    ...providerOf({
      id: 'openai-compatible',
      label: given.label ?? `${model ?? 'models'} at ${url.host}`,
      usualModel: model,
      maxInputTokens: contextLength === null ? null : contextLength - maxAnswer,
      redact,
      times,
      list: listed,
      model: async (id, fetch, left) =>
        (
          await sdk(
            tidied(fetch, () => new ChatChunks()),
            !left.has('usage'),
          )
        ).chatModel(id),
      options: ({ thinking, effort, maxOutputTokens }) => ({
        maxOutputTokens: Math.min(maxOutputTokens, maxAnswer),
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
