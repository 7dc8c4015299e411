// Servers that speak OpenAI's chat completions: llama.cpp, LM Studio, vLLM, OpenRouter and many more.
import { createOpenAICompatible as createSdk } from '@ai-sdk/openai-compatible'
import {
  InvalidResponseDataError,
  streamText,
  type FinishReason,
  type TextStreamPart,
  type ToolSet,
} from 'ai'
import { z } from 'zod'
import type { ModelEnd, ModelEvent, ModelList, Provider, StopSignal } from '../../shared/model/provider.ts'
import { followed } from './abort.ts'
import { failureText, hiding } from './failure.ts'
import { fetchPicture, pictureOf } from './picture.ts'

export interface OpenAICompatibleSettings {
  /** Up to and including the version, as in http://localhost:1234/v1; a bare host means its /v1. */
  readonly baseUrl: string
  readonly apiKey: string | null
  /** null: the first that the server offers. */
  readonly model: string | null
  /** null: the first that is named like one for pictures. */
  readonly imageModel: string | null
}

const listLife = 10_000
const modelList = z.object({ data: z.array(z.object({ id: z.string(), name: z.string().optional() })) })

export function createOpenAICompatible(settings: OpenAICompatibleSettings): Provider {
  const { apiKey, model: configured, imageModel } = settings
  const url = new URL(settings.baseUrl)
  const baseURL = url.pathname === '/' ? `${url.origin}/v1` : settings.baseUrl
  const hide = hiding([apiKey ?? '', url.password, ...url.searchParams.values()])
  const sdk = createSdk({
    name: 'openai-compatible',
    baseURL,
    includeUsage: true,
    ...(apiKey === null ? {} : { apiKey }),
  })
  const images = createSdk({
    name: 'openai-compatible',
    baseURL,
    fetch: fetchPicture,
    ...(apiKey === null ? {} : { apiKey }),
  })

  const failed = (error: unknown): ModelEnd => ({
    type: 'end',
    reason: 'error',
    message: failureText(error, hide),
  })

  const list = async (signal: AbortSignal | null): Promise<ModelList> => {
    const limit = AbortSignal.timeout(listLife)
    try {
      const response = await fetch(`${baseURL}/models`, {
        headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
        signal: signal === null ? limit : AbortSignal.any([signal, limit]),
      })
      const body = await response.text()
      if (!response.ok)
        return {
          ok: false,
          message: `The model's server answered ${response.status} when asked for its models.`,
        }
      const parsed = modelList.safeParse(parseJson(body))
      if (!parsed.success) return { ok: false, message: "The model's server gave no list of models." }
      return { ok: true, models: parsed.data.data.map(({ id, name }) => ({ id, name: name ?? id })) }
    } catch (error) {
      if (limit.aborted)
        return { ok: false, message: "The model's server did not answer when asked for its models." }
      return { ok: false, message: failureText(error, hide) }
    }
  }

  const defaultModel = async (signal: AbortSignal): Promise<{ id: string } | { problem: string }> => {
    if (configured !== null) return { id: configured }
    const listed = await list(signal)
    if (!listed.ok) return { problem: listed.message }
    return listed.models[0] ?? { problem: "The model's server offers no model; set LLM_MODEL." }
  }

  const defaultImageModel = async (signal: AbortSignal): Promise<{ id: string } | { problem: string }> => {
    if (imageModel !== null) return { id: imageModel }
    const listed = await list(signal)
    if (!listed.ok) return { problem: listed.message }
    const found = listed.models.find(({ id }) => likeImages.test(id))
    return found ?? { problem: "The model's server names no model for pictures; set LLM_IMAGE_MODEL." }
  }

  return {
    id: 'openai-compatible',
    label: `${configured ?? 'models'} at ${url.host}`,
    models: () => list(null),
    async *stream(request, stop: StopSignal): AsyncGenerator<ModelEvent, void, undefined> {
      const { signal, release } = followed(stop)
      // An abort surfaces as an abort part or as an error of any kind; either way it is what was asked for.
      const ended = (end: ModelEnd): ModelEnd =>
        signal.aborted ? { type: 'end', reason: 'interrupted' } : end
      try {
        const model = request.model === '' ? await defaultModel(signal) : { id: request.model }
        if ('problem' in model) {
          yield ended({ type: 'end', reason: 'error', message: model.problem })
          return
        }
        const { fullStream } = streamText({
          model: sdk.chatModel(model.id),
          system: request.system,
          messages: request.messages.map(({ role, text }) => ({ role, content: text })),
          maxOutputTokens: request.maxOutputTokens,
          maxRetries: 2,
          // OpenAI's word for it, which the servers that think have taken over.
          ...(request.thinking
            ? { providerOptions: { openaiCompatible: { reasoningEffort: 'medium' } } }
            : {}),
          abortSignal: signal,
          // Errors come as parts; without this they would also be printed, with what they hold.
          onError() {},
        })
        for await (const part of fullStream)
          for (const event of eventsOf(part, failed)) {
            yield event.type === 'end' ? ended(event) : event
            if (event.type === 'end') return
          }
        yield cutOff
      } catch (error) {
        yield ended(failed(error))
      } finally {
        release()
      }
    },
    async *image(request, stop: StopSignal): AsyncGenerator<ModelEvent, void, undefined> {
      const { signal, release } = followed(stop)
      try {
        const model = request.model === '' ? await defaultImageModel(signal) : { id: request.model }
        const events: AsyncIterable<ModelEvent> | readonly ModelEvent[] =
          'problem' in model
            ? [{ type: 'end', reason: 'error', message: model.problem }]
            : pictureOf(images.imageModel(model.id), request.prompt, signal, failed)
        for await (const event of events) yield signal.aborted ? cutOff : event
      } finally {
        release()
      }
    },
  }
}

const likeImages = /image|dall-?e|diffusion|flux/i
const cutOff: ModelEnd = { type: 'end', reason: 'interrupted' }

/** What a part of the library's stream means; starts and ends of blocks and steps say nothing that the rest does not. */
function eventsOf(
  part: TextStreamPart<ToolSet>,
  failed: (error: unknown) => ModelEnd,
): readonly ModelEvent[] {
  if (part.type === 'text-delta') return [{ type: 'text', text: part.text }]
  if (part.type === 'reasoning-delta') return [{ type: 'thinking', text: part.text }]
  if (part.type === 'abort') return [cutOff]
  // The library's word for a stream that ended cleanly but without a finish reason.
  if (part.type === 'error')
    return [InvalidResponseDataError.isInstance(part.error) ? cutOff : failed(part.error)]
  if (part.type !== 'finish') return []
  const { inputTokens, outputTokens } = part.totalUsage
  const end = endOf(part.finishReason, part.rawFinishReason)
  return inputTokens === undefined || outputTokens === undefined
    ? [end]
    : [{ type: 'usage', inputTokens, outputTokens }, end]
}

function endOf(reason: FinishReason, raw: string | undefined): ModelEnd {
  switch (reason) {
    case 'stop':
    case 'tool-calls':
      return { type: 'end', reason: 'done' }
    case 'length':
      return { type: 'end', reason: 'length' }
    case 'other':
      return raw === undefined ? cutOff : { type: 'end', reason: 'done' }
    case 'content-filter':
      return { type: 'end', reason: 'error', message: "The provider's content filter ended the reply." }
    case 'error':
      return { type: 'end', reason: 'error', message: 'The model ended the reply with an error.' }
    default:
      return reason satisfies never
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
