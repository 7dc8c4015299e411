// Anthropic's Messages API: server-sent events.
import { refusal, told, type Step, type Wire, type WireAnswer } from './wire.ts'

const frame = (data: { readonly type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`

const reasons = { stop: 'end_turn', calls: 'tool_use', length: 'max_tokens', refused: 'refusal' }

class Answer implements WireAnswer {
  private open: 'text' | 'thinking' | null = null
  private index = -1
  private readonly model: string

  constructor(model: string) {
    this.model = model
  }

  begin(): string {
    const message = {
      id: 'msg-1',
      type: 'message',
      role: 'assistant',
      model: this.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: told.input - told.cached,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: told.cached,
        output_tokens: 1,
      },
    }
    return frame({ type: 'message_start', message } as never) + frame({ type: 'ping' })
  }

  private start(content_block: object): string {
    this.index++
    return frame({ type: 'content_block_start', index: this.index, content_block } as never)
  }

  private delta(delta: object): string {
    return frame({ type: 'content_block_delta', index: this.index, delta } as never)
  }

  private stop(): string {
    if (this.open === null) return ''
    const signed =
      this.open === 'thinking' ? this.delta({ type: 'signature_delta', signature: 'signed' }) : ''
    this.open = null
    return signed + frame({ type: 'content_block_stop', index: this.index } as never)
  }

  write(step: Step): string {
    switch (step.type) {
      case 'text':
      case 'thinking': {
        const { type } = step
        const before = this.open === type ? '' : this.stop()
        const begin =
          this.open === type
            ? ''
            : this.start(type === 'text' ? { type, text: '' } : { type, thinking: '', signature: '' })
        this.open = type
        return (
          before +
          begin +
          this.delta(
            type === 'text'
              ? { type: 'text_delta', text: step.text }
              : { type: 'thinking_delta', thinking: step.text },
          )
        )
      }
      case 'call': {
        const before = this.stop()
        const begin = this.start({ type: 'tool_use', id: step.id, name: step.name, input: {} })
        const pieces = step.pieces.map((partial_json) =>
          this.delta({ type: 'input_json_delta', partial_json }),
        )
        const end = step.cut ? '' : frame({ type: 'content_block_stop', index: this.index } as never)
        return before + begin + pieces.join('') + end
      }
      case 'finish': {
        const stop_details =
          step.reason === 'refused' ? { type: 'refusal', category: null, explanation: refusal } : null
        const usage = {
          output_tokens: told.output,
          output_tokens_details: { thinking_tokens: told.thinking },
        }
        const delta = { stop_reason: reasons[step.reason], stop_sequence: null, stop_details }
        return (
          this.stop() +
          frame({ type: 'message_delta', delta, usage } as never) +
          frame({ type: 'message_stop' })
        )
      }
      case 'error':
        return frame({ type: 'error', error: { type: 'overloaded_error', message: step.message } } as never)
      default:
        return step satisfies never
    }
  }
}

interface Body {
  readonly messages: readonly {
    readonly content: string | readonly { readonly type: string; readonly text?: string }[]
  }[]
}

export const anthropicWire: Wire = {
  name: 'anthropic',
  answerPath: '/v1/messages',
  modelsPath: '/v1/models',
  contentType: 'text/event-stream',
  models: (ids, seeing) => ({
    data: ids.map((id) => ({
      type: 'model',
      id,
      display_name: `The ${id}`,
      ...(seeing === null ? {} : { capabilities: { image_input: { supported: seeing.includes(id) } } }),
    })),
    has_more: false,
  }),
  failure: (status, message) => ({
    type: 'error',
    error: { type: status === 529 ? 'overloaded_error' : 'api_error', message },
  }),
  lastText: ({ messages }: Body) => {
    const content = messages.at(-1)?.content ?? ''
    return typeof content === 'string'
      ? content
      : (content.findLast(({ type }) => type === 'text')?.text ?? '')
  },
  answer: (model) => new Answer(model),
  politeEnd: '',
}
