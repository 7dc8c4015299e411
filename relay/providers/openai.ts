// OpenAI's Responses API.
import * as z from 'zod/mini'
import type { ProviderDescriptor } from './descriptor.ts'
import { redactor } from './failure.ts'
import { providerOf, roomForThinking } from './language-model.ts'
import { listModels } from './model-list.ts'
import { fetchPicture, picturesOf } from './picture.ts'
import { keyIn, optional, versionedUrlOr } from './settings.ts'
import { usualTimes } from './watch.ts'

const usualModel = 'gpt-6-luna'
/** Listed models that do not answer with text. */
const otherKinds = /embedding|whisper|tts|audio|realtime|transcribe|moderation|image|dall-e|sora/

const settings = z.object({
  apiKey: keyIn('OPENAI_API_KEY (or LLM_API_KEY)'),
  baseUrl: versionedUrlOr('https://api.openai.com/v1'),
  model: optional,
  imageModel: optional,
})

const list = z.object({ data: z.array(z.object({ id: z.string() })) })

export const openai: ProviderDescriptor<z.infer<typeof settings>> = {
  id: 'openai',
  settings,
  create: ({ apiKey, baseUrl, model, imageModel }, times = usualTimes) => {
    const sdk = async (fetch: typeof globalThis.fetch) => {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return createOpenAI({ apiKey, baseURL: baseUrl, fetch })
    }
    const redact = redactor([apiKey])
    const listed = (wanted: (id: string) => boolean) => (signal: AbortSignal | null) =>
      listModels(
        {
          url: `${baseUrl}/models`,
          headers: { authorization: `Bearer ${apiKey}` },
          schema: list,
          models: ({ data }) =>
            data
              .flatMap(({ id }) => (wanted(id) ? [{ id, name: id }] : []))
              .sort((a, b) => (a.id < b.id ? -1 : 1)),
          redact,
        },
        signal,
      )
    return {
      ...providerOf({
        id: 'openai',
        label: `${model ?? usualModel} (OpenAI)`,
        usualModel: model ?? usualModel,
        maxInputTokens: null,
        redact,
        times,
        list: listed((id) => !otherKinds.test(id)),
        sight: { sees: true },
        model: async (id, fetch) => (await sdk(fetch)).responses(id),
        options: ({ thinking, effort, maxOutputTokens, cacheKey }) => ({
          maxOutputTokens: maxOutputTokens + roomForThinking,
          providerOptions: {
            openai: {
              store: false,
              ...(thinking ? { reasoningSummary: 'auto' } : {}),
              ...(effort === null ? {} : { reasoningEffort: effort }),
              ...(cacheKey === null ? {} : { promptCacheKey: cacheKey }),
            },
          },
        }),
      }),
      image: picturesOf({
        imageModel,
        list: listed(() => true),
        model: async (id) => (await sdk(fetchPicture)).image(id),
        redact,
      }),
    }
  },
}
