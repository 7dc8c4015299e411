// Ollama's /api/chat as a language model in the AI SDK's form: lines of JSON, of which the last says that it is done.
import {
  APICallError,
  type LanguageModelV3,
  type LanguageModelV3CallOptions,
  type LanguageModelV3FinishReason,
  type LanguageModelV3Message,
  type LanguageModelV3StreamPart,
} from '@ai-sdk/provider'
import { randomUUID } from 'node:crypto'
import type { Transformer } from 'node:stream/web'
import * as z from 'zod/mini'

const line = z.object({
  error: z.optional(z.string()),
  message: z.optional(
    z.object({
      content: z.optional(z.string()),
      thinking: z.optional(z.string()),
      tool_calls: z.optional(
        z.array(
          z.object({
            id: z.optional(z.string()),
            function: z.object({ name: z.string(), arguments: z.optional(z.unknown()) }),
          }),
        ),
      ),
    }),
  ),
  done: z.optional(z.boolean()),
  done_reason: z.optional(z.string()),
  prompt_eval_count: z.optional(z.number()),
  eval_count: z.optional(z.number()),
})
type Line = z.infer<typeof line>

export class OllamaModel implements Pick<LanguageModelV3, 'doStream'> {
  private readonly url: string
  private readonly id: string
  private readonly contextLength: number
  private readonly headers: Readonly<Record<string, string>>
  private readonly fetch: typeof globalThis.fetch

  constructor(
    url: string,
    id: string,
    contextLength: number,
    headers: Readonly<Record<string, string>>,
    fetch: typeof globalThis.fetch,
  ) {
    this.url = url
    this.id = id
    this.contextLength = contextLength
    this.headers = headers
    this.fetch = fetch
  }

  async doStream(
    options: LanguageModelV3CallOptions,
  ): Promise<{ stream: ReadableStream<LanguageModelV3StreamPart> }> {
    const body = {
      model: this.id,
      stream: true,
      messages: options.prompt.flatMap(messagesOf),
      options: { num_ctx: this.contextLength, num_predict: options.maxOutputTokens },
      ...options.providerOptions?.['ollama'],
      ...(options.tools === undefined
        ? {}
        : {
            tools: options.tools.flatMap((tool) =>
              tool.type === 'function'
                ? [
                    {
                      type: 'function',
                      function: {
                        name: tool.name,
                        description: tool.description,
                        parameters: tool.inputSchema,
                      },
                    },
                  ]
                : [],
            ),
          }),
    }
    const response = await this.fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers },
      body: JSON.stringify(body),
      ...(options.abortSignal === undefined ? {} : { signal: options.abortSignal }),
    }).catch((error: unknown) => {
      throw this.failed('fetch failed', body, undefined, { cause: error, isRetryable: true })
    })
    if (!response.ok || response.body === null) {
      const text = await response.text()
      throw this.failed(
        readLine(text)?.error ?? (text.trim().slice(0, 300) || response.statusText),
        body,
        response,
      )
    }
    const stream = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TransformStream(lines()))
      .pipeThrough(new TransformStream(new Parts()))
    return { stream }
  }

  private failed(
    message: string,
    requestBodyValues: unknown,
    response?: Response,
    more: { cause?: unknown; isRetryable?: boolean } = {},
  ): APICallError {
    return new APICallError({
      message,
      url: this.url,
      requestBodyValues,
      ...(response === undefined
        ? {}
        : { statusCode: response.status, responseHeaders: Object.fromEntries(response.headers) }),
      ...more,
    })
  }
}

const messagesOf = ({ role, content }: LanguageModelV3Message): readonly object[] => {
  switch (role) {
    case 'system':
      return [{ role, content }]
    case 'user':
      return [{ role, content: content.map((part) => (part.type === 'text' ? part.text : '')).join('') }]
    case 'assistant': {
      const textOf = (type: 'text' | 'reasoning'): string =>
        content.map((part) => (part.type === type ? part.text : '')).join('')
      const calls = content.flatMap((part) =>
        part.type === 'tool-call' ? [{ function: { name: part.toolName, arguments: part.input } }] : [],
      )
      const thinking = textOf('reasoning')
      return [
        {
          role,
          content: textOf('text'),
          ...(thinking === '' ? {} : { thinking }),
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
      ]
    }
    case 'tool':
      return content.flatMap((part) =>
        part.type === 'tool-result'
          ? [
              {
                role,
                tool_name: part.toolName,
                content: part.output.type === 'text' ? part.output.value : JSON.stringify(part.output),
              },
            ]
          : [],
      )
    default:
      return role satisfies never
  }
}

const readLine = (text: string): Line | null => {
  try {
    const parsed = line.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

const lines = (): Transformer<string, string> => {
  let rest = ''
  return {
    transform(piece, controller) {
      const complete = (rest + piece).split('\n')
      rest = complete.pop() ?? ''
      for (const each of complete) if (each.trim() !== '') controller.enqueue(each)
    },
    flush(controller) {
      if (rest.trim() !== '') controller.enqueue(rest)
    },
  }
}

/** A stream without a last line ends without a finish part, which is told as interrupted. */
class Parts implements Transformer<string, LanguageModelV3StreamPart> {
  private open: 'text' | 'reasoning' | null = null
  private calls = 0

  transform(text: string, controller: TransformStreamDefaultController<LanguageModelV3StreamPart>): void {
    const read = readLine(text)
    if (read === null)
      return controller.enqueue({
        type: 'error',
        error: `a line that is none of its own: ${text.slice(0, 100)}`,
      })
    if (read.error !== undefined) return controller.enqueue({ type: 'error', error: read.error })
    const { content = '', thinking = '', tool_calls = [] } = read.message ?? {}
    this.say('reasoning', thinking, controller)
    this.say('text', content, controller)
    for (const { id = randomUUID(), function: called } of tool_calls) {
      this.calls++
      const input =
        typeof called.arguments === 'string' ? called.arguments : JSON.stringify(called.arguments ?? {})
      controller.enqueue({ type: 'tool-input-start', id, toolName: called.name })
      controller.enqueue({ type: 'tool-call', toolCallId: id, toolName: called.name, input })
    }
    if (read.done !== true) return
    this.close(controller)
    controller.enqueue({
      type: 'finish',
      finishReason: this.finishReason(read.done_reason),
      usage: {
        inputTokens: {
          total: read.prompt_eval_count,
          noCache: undefined,
          cacheRead: undefined,
          cacheWrite: undefined,
        },
        outputTokens: { total: read.eval_count, text: undefined, reasoning: undefined },
      },
    })
  }

  private say(
    type: 'text' | 'reasoning',
    delta: string,
    controller: TransformStreamDefaultController<LanguageModelV3StreamPart>,
  ): void {
    if (delta === '') return
    if (this.open !== type) {
      this.close(controller)
      this.open = type
      controller.enqueue({ type: `${type}-start`, id: type })
    }
    controller.enqueue({ type: `${type}-delta`, id: type, delta })
  }

  private close(controller: TransformStreamDefaultController<LanguageModelV3StreamPart>): void {
    if (this.open !== null) controller.enqueue({ type: `${this.open}-end`, id: this.open })
    this.open = null
  }

  private finishReason(raw: string | undefined): LanguageModelV3FinishReason {
    if (raw === 'length') return { unified: 'length', raw }
    if (this.calls > 0) return { unified: 'tool-calls', raw: raw ?? 'stop' }
    return { unified: raw === undefined || raw === 'stop' ? 'stop' : 'other', raw: raw ?? 'stop' }
  }
}
