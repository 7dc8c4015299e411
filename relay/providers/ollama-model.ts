// Ollama's /api/chat as a language model in the AI SDK's form.
import {
  APICallError,
  type LanguageModelV3,
  type LanguageModelV3CallOptions,
  type LanguageModelV3Message,
  type LanguageModelV3StreamPart,
} from '@ai-sdk/provider'
import { errorIn, partsOf } from './ollama-stream.ts'

export class OllamaModel implements Pick<LanguageModelV3, 'doStream'> {
  constructor(
    private readonly url: string,
    private readonly id: string,
    private readonly contextLength: number,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

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
      throw this.failed(errorIn(text) ?? (text.trim().slice(0, 300) || response.statusText), body, response)
    }
    return { stream: partsOf(response.body) }
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

const userMessage = (content: Extract<LanguageModelV3Message, { role: 'user' }>['content']): object => {
  const images = content.flatMap((part) => (part.type === 'file' ? [part.data] : []))
  return {
    role: 'user',
    content: content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n'),
    ...(images.length === 0 ? {} : { images }),
  }
}

const messagesOf = ({ role, content }: LanguageModelV3Message): readonly object[] => {
  switch (role) {
    case 'system':
      return [{ role, content }]
    case 'user':
      return [userMessage(content)]
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
