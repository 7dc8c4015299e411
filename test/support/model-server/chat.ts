// OpenAI's chat completions, which most other servers speak: server-sent events.
import { refusal, told, type Step, type Wire, type WireAnswer } from './wire.ts'

const reasons = { stop: 'stop', calls: 'tool_calls', length: 'length', refused: 'content_filter' }

class Answer implements WireAnswer {
  private calls = 0
  private readonly model: string

  constructor(model: string) {
    this.model = model
  }

  private chunk(rest: object): string {
    const data = { id: 'chat-1', object: 'chat.completion.chunk', created: 1, model: this.model, ...rest }
    return `data: ${JSON.stringify(data)}\n\n`
  }

  private delta(delta: object, finish_reason: string | null = null): string {
    return this.chunk({ choices: [{ index: 0, delta, finish_reason }] })
  }

  begin(): string {
    return this.delta({ role: 'assistant', content: '' })
  }

  write(step: Step): string {
    switch (step.type) {
      case 'text':
        return this.delta({ content: step.text })
      case 'thinking':
        return this.delta({ reasoning_content: step.text })
      case 'call': {
        const index = this.calls++
        const part = (call: object): string => this.delta({ tool_calls: [{ index, ...call }] })
        const begin = part({ id: step.id, type: 'function', function: { name: step.name, arguments: '' } })
        return begin + step.pieces.map((piece) => part({ function: { arguments: piece } })).join('')
      }
      case 'finish':
        return (
          (step.reason === 'refused' ? this.delta({ refusal }) : '') +
          this.delta({}, reasons[step.reason]) +
          this.chunk({
            choices: [],
            usage: {
              prompt_tokens: told.input,
              prompt_tokens_details: { cached_tokens: told.cached },
              completion_tokens: told.output,
              completion_tokens_details: { reasoning_tokens: told.thinking },
              total_tokens: told.input + told.output,
            },
          }) +
          chatWire.politeEnd
        )
      case 'error':
        return `data: ${JSON.stringify({ error: { message: step.message, type: 'server_error', code: 500 } })}\n\n`
      default:
        return step satisfies never
    }
  }
}

interface Body {
  readonly messages: readonly { readonly content: string | null | readonly { readonly text?: string }[] }[]
}

export const chatWire: Wire = {
  name: 'openai-compatible',
  answerPath: '/v1/chat/completions',
  modelsPath: '/v1/models',
  contentType: 'text/event-stream',
  // The form of llama.cpp.
  models: (ids, seeing) => ({
    object: 'list',
    data: ids.map((id) => ({ id, object: 'model' })),
    ...(seeing === null
      ? {}
      : {
          models: ids.map((model) => ({
            name: model,
            model,
            capabilities: seeing.includes(model) ? ['completion', 'multimodal'] : ['completion'],
          })),
        }),
  }),
  failure: (_, message) => ({ error: { message, type: 'invalid_request_error' } }),
  lastText: ({ messages }: Body) => {
    const content = messages.at(-1)?.content ?? ''
    return typeof content === 'string' ? content : (content.at(-1)?.text ?? '')
  },
  answer: (model) => new Answer(model),
  politeEnd: 'data: [DONE]\n\n',
}
