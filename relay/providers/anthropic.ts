// Anthropic's Messages API.
import * as z from 'zod/mini'
import { isRecord } from '../../shared/record.ts'
import { MessageEvents } from './message-events.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { redactor } from './failure.ts'
import { providerOf, roomForThinking } from './language-model.ts'
import { listModels, seesIf } from './model-list.ts'
import { keyIn, optional, versionedUrlOr } from './settings.ts'
import { tidied } from './tidied.ts'
import { usualTimes } from './watch.ts'

const usualModel = 'claude-sonnet-5-5'
const version = '2023-06-01'

const settings = z.object({
  apiKey: keyIn('ANTHROPIC_API_KEY (or LLM_API_KEY)'),
  baseUrl: versionedUrlOr('https://api.anthropic.com/v1'),
  model: optional,
})

const list = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      display_name: z.optional(z.string()),
      capabilities: z.nullish(z.object({ image_input: z.nullish(z.object({ supported: z.boolean() })) })),
    }),
  ),
})

const cacheMark = { anthropic: { cacheControl: { type: 'ephemeral' } } }

export const anthropic: ProviderDescriptor<z.infer<typeof settings>> = {
  id: 'anthropic',
  settings,
  create: ({ apiKey, baseUrl, model }, times = usualTimes) => {
    const redact = redactor([apiKey])
    return providerOf({
      id: 'anthropic',
      label: `${model ?? usualModel} (Anthropic)`,
      usualModel: model ?? usualModel,
      maxInputTokens: null,
      redact,
      times,
      list: (signal) =>
        listModels(
          {
            url: `${baseUrl}/models?limit=1000`,
            headers: { 'x-api-key': apiKey, 'anthropic-version': version },
            schema: list,
            models: ({ data }) =>
              data.map(({ id, display_name, capabilities }) => ({
                id,
                name: display_name ?? id,
                ...seesIf(capabilities?.image_input?.supported),
              })),
            redact,
          },
          signal,
        ),
      // All its models see. Its limit is 5 MB of base64.
      sight: { sees: true, maxBytes: 3_900_000 },
      cacheMark,
      leastLimit: 4_096,
      model: async (id, fetch) => {
        const { createAnthropic } = await import('@ai-sdk/anthropic')
        const tidy = tidied(fetch, () => new MessageEvents())
        return createAnthropic({ apiKey, baseURL: baseUrl, fetch: tidy })(id)
      },
      // For a model that always thinks, the SDK requests the minimum.
      options: ({ thinking, effort, maxOutputTokens }) => ({
        maxOutputTokens: maxOutputTokens + roomForThinking,
        providerOptions: {
          anthropic: {
            thinking: thinking ? { type: 'adaptive', display: 'summarized' } : { type: 'disabled' },
            cacheControl: { type: 'ephemeral' },
            ...(effort === null ? {} : { effort }),
          },
        },
      }),
      refusal: ({ providerMetadata }) => {
        const details = providerMetadata?.['anthropic']?.['stopDetails']
        const said = isRecord(details) ? (details['explanation'] ?? details['category']) : null
        return typeof said === 'string' ? said : ''
      },
    })
  },
}
