// llama.cpp in a worker of the page. It comes with the first model file, and its program from our own server.
import type { ChatCompletionChunk, ChatCompletionParams, Wllama } from '@wllama/wllama'
import wasm from '@wllama/wllama/esm/wasm/wllama.wasm?url'
import type { Message, ModelEnd, ModelEvent, ModelRequest, StopSignal } from '../../shared/model/provider.ts'
import { isRecord } from '../../shared/record.ts'
import { WatchedFile } from './watched-file.ts'

/** Tokens. Each takes memory, whether it is used or not. */
const longestContext = 8_192

const silent = { debug: () => undefined, log: () => undefined, warn: () => undefined, error: () => undefined }

const messageOf = (error: unknown): string =>
  error instanceof Error && error.message !== '' ? error.message : 'the model stopped for an unknown reason'

type Text = { readonly role: 'user' | 'assistant'; readonly content: string }

const textsOf = (messages: readonly Message[]): readonly Text[] =>
  messages.flatMap((message) =>
    message.role === 'tool' ? [] : [{ role: message.role, content: message.text }],
  )

/** Reasoning is not in the types of the library. */
const thinkingIn = (delta: unknown): string =>
  isRecord(delta) && typeof delta['reasoning_content'] === 'string' ? delta['reasoning_content'] : ''

const endOf = (reason: string | null): ModelEnd => {
  if (reason === 'stop') return { type: 'end', reason: 'done' }
  return { type: 'end', reason: reason === 'length' ? 'length' : 'interrupted' }
}

export class Engine {
  /** Tokens; the rest of the context is for the reply. */
  readonly maxInputTokens: number

  private constructor(private readonly wllama: Wllama) {
    this.maxInputTokens = Math.floor(wllama.getLoadedContextInfo().n_ctx * 0.75)
  }

  /** Rejects with the reason. `onProgress`: the share that has been read. */
  static async load(file: File, onProgress: (share: number) => void): Promise<Engine> {
    // A chunk of its own, which few need.
    const { Wllama } = await import('@wllama/wllama')
    const wllama = new Wllama({ default: new URL(wasm, location.href).href }, { logger: silent })
    // For some browsers the library would fetch another program from somebody else's server.
    wllama.setCompat(null)
    try {
      await wllama.loadModel([new WatchedFile(file, onProgress)], { n_ctx: longestContext })
      return new Engine(wllama)
    } catch (error) {
      await wllama.exit()
      throw error
    }
  }

  close(): Promise<void> {
    return this.wllama.exit()
  }

  async *stream(
    { system, messages, maxOutputTokens, thinking }: ModelRequest,
    signal: StopSignal,
  ): AsyncGenerator<ModelEvent, void, undefined> {
    if (signal.aborted) {
      yield endOf(null)
      return
    }
    const controller = new AbortController()
    const stop = (): void => controller.abort()
    signal.addEventListener('abort', stop, { once: true })
    const events: ModelEvent[] = []
    let reason: string | null = null
    let wake = (): void => undefined
    const take = (...more: readonly ModelEvent[]): void => {
      events.push(...more)
      wake()
    }
    const params: ChatCompletionParams & { readonly stream_options: object } = {
      messages: [{ role: 'system', content: system }, ...textsOf(messages)],
      max_tokens: maxOutputTokens,
      chat_template_kwargs: { enable_thinking: thinking },
      stream_options: { include_usage: true },
      abortSignal: controller.signal,
    }
    const onData = (chunk: ChatCompletionChunk): void => {
      reason = chunk.choices[0]?.finish_reason ?? reason
      take(...eventsOf(chunk))
    }
    const failure = (error: unknown): ModelEnd =>
      signal.aborted
        ? endOf(null)
        : { type: 'end', reason: 'error', message: `The model failed: ${messageOf(error)}.` }
    // Not its iterator, which rejects without a handler once the loop was left.
    void this.wllama
      .createChatCompletion({ ...params, stream: true, onData })
      .then(() => endOf(reason), failure)
      .then(take)
    try {
      for (;;) {
        for (const event of events.splice(0)) {
          yield event
          if (event.type === 'end') return
        }
        if (events.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', stop)
      controller.abort()
    }
  }
}

const eventsOf = function* ({ choices: [choice], usage }: ChatCompletionChunk): Generator<ModelEvent> {
  const thought = thinkingIn(choice?.delta)
  if (thought !== '') yield { type: 'thinking', text: thought }
  const text = choice?.delta.content ?? ''
  if (text !== '') yield { type: 'text', text }
  if (usage === null || usage === undefined) return
  const { prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details } = usage
  yield { type: 'usage', usage: { input, output, cached: details?.cached_tokens ?? null, thinking: null } }
}
