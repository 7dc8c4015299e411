// Servers with an API compatible with OpenAI's chat completions: llama.cpp, LM Studio, vLLM, OpenRouter and many more.
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
import { linkedAbort } from './abort.ts'
import { failureText, redactor } from './failure.ts'
import { fetchPicture, pictureOf } from './picture.ts'

export interface OpenAICompatibleSettings {
  /** Including the version, as in http://localhost:1234/v1. Without a path, /v1 is added. */
  readonly baseUrl: string
  readonly apiKey: string | null
  /** Null for the first model the server offers. */
  readonly model: string | null
  /** Null for the first model whose name looks like an image model. */
  readonly imageModel: string | null
}

/** Milliseconds. */
const listTimeout = 10_000
const modelList = z.object({ data: z.array(z.object({ id: z.string(), name: z.string().optional() })) })

export const createOpenAICompatible = (settings: OpenAICompatibleSettings): Provider => {
  const { apiKey, model: configured, imageModel } = settings
  const url = new URL(settings.baseUrl)
  const baseURL = url.pathname === '/' ? `${url.origin}/v1` : settings.baseUrl
  const redact = redactor([apiKey ?? '', url.password, ...url.searchParams.values()])
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
    message: failureText(error, redact),
  })

  const list = async (signal: AbortSignal | null): Promise<ModelList> => {
    const timeout = AbortSignal.timeout(listTimeout)
    try {
      const response = await fetch(`${baseURL}/models`, {
        headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
        signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
      })
      const body = await response.text()
      if (!response.ok)
        return {
          ok: false,
          message: `The model server answered ${response.status} to the request for its models.`,
        }
      const parsed = modelList.safeParse(parseJson(body))
      if (!parsed.success)
        return { ok: false, message: 'The model server did not answer with a list of models.' }
      return { ok: true, models: parsed.data.data.map(({ id, name }) => ({ id, name: name ?? id })) }
    } catch (error) {
      if (timeout.aborted)
        return { ok: false, message: 'The model server did not answer the request for its models.' }
      return { ok: false, message: failureText(error, redact) }
    }
  }

  const defaultModel = async (signal: AbortSignal): Promise<{ id: string } | { problem: string }> => {
    if (configured !== null) return { id: configured }
    const listed = await list(signal)
    if (!listed.ok) return { problem: listed.message }
    return listed.models[0] ?? { problem: 'The model server offers no models. Set LLM_MODEL.' }
  }

  const defaultImageModel = async (signal: AbortSignal): Promise<{ id: string } | { problem: string }> => {
    if (imageModel !== null) return { id: imageModel }
    const listed = await list(signal)
    if (!listed.ok) return { problem: listed.message }
    const found = listed.models.find(({ id }) => imageModelName.test(id))
    return found ?? { problem: 'The model server offers no image model. Set LLM_IMAGE_MODEL.' }
  }

  return {
    id: 'openai-compatible',
    label: `${configured ?? 'models'} at ${url.host}`,
    models: () => list(null),
    async *stream(request, stop: StopSignal): AsyncGenerator<ModelEvent, void, undefined> {
      const { signal, release } = linkedAbort(stop)
      // The library reports an abort as an abort part or as any kind of error.
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
          // Servers of reasoning models understand this OpenAI option.
          ...(request.thinking
            ? { providerOptions: { openaiCompatible: { reasoningEffort: 'medium' } } }
            : {}),
          abortSignal: signal,
          // Errors are parts of the stream. Without this they would also be printed, possibly with secrets.
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
      const { signal, release } = linkedAbort(stop)
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

const imageModelName = /image|dall-?e|diffusion|flux/i
const cutOff: ModelEnd = { type: 'end', reason: 'interrupted' }

/** Maps a part of the library's stream to events; the starts and ends of blocks and steps are not needed. */
const eventsOf = (
  part: TextStreamPart<ToolSet>,
  failed: (error: unknown) => ModelEnd,
): readonly ModelEvent[] => {
  if (part.type === 'text-delta') return [{ type: 'text', text: part.text }]
  if (part.type === 'reasoning-delta') return [{ type: 'thinking', text: part.text }]
  if (part.type === 'abort') return [cutOff]
  // InvalidResponseDataError: the stream ended without a finish reason.
  if (part.type === 'error')
    return [InvalidResponseDataError.isInstance(part.error) ? cutOff : failed(part.error)]
  if (part.type !== 'finish') return []
  const { inputTokens, outputTokens } = part.totalUsage
  const end = endOf(part.finishReason, part.rawFinishReason)
  return inputTokens === undefined || outputTokens === undefined
    ? [end]
    : [{ type: 'usage', inputTokens, outputTokens }, end]
}

const endOf = (reason: FinishReason, raw: string | undefined): ModelEnd => {
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

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
