// OpenAI's Responses API: server-sent events.
import { refusal, told, type Step, type Wire, type WireAnswer } from './wire.ts'

class Answer implements WireAnswer {
  private open: 'text' | 'thinking' | null = null
  private index = -1
  private sequence = 0
  private readonly model: string

  constructor(model: string) {
    this.model = model
  }

  private frame(type: string, data: object): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.sequence++, ...data })}\n\n`
  }

  private get item(): string {
    return `item-${this.index}`
  }

  private added(item: object): string {
    this.index++
    return this.frame('response.output_item.added', {
      output_index: this.index,
      item: { id: this.item, ...item },
    })
  }

  private done(item: object): string {
    return this.frame('response.output_item.done', {
      output_index: this.index,
      item: { id: this.item, ...item },
    })
  }

  begin(): string {
    const response = {
      id: 'resp-1',
      object: 'response',
      created_at: 1,
      model: this.model,
      status: 'in_progress',
    }
    return this.frame('response.created', { response }) + this.frame('response.in_progress', { response })
  }

  private start(type: 'text' | 'thinking'): string {
    if (this.open === type) return ''
    const before = this.close()
    this.open = type
    if (type === 'text') return before + this.added({ type: 'message', role: 'assistant', content: [] })
    return (
      before +
      this.added({ type: 'reasoning', summary: [], encrypted_content: null }) +
      this.frame('response.reasoning_summary_part.added', {
        item_id: this.item,
        output_index: this.index,
        summary_index: 0,
        part: { type: 'summary_text', text: '' },
      })
    )
  }

  private close(): string {
    const { open } = this
    this.open = null
    if (open === null) return ''
    if (open === 'text') return this.done({ type: 'message', role: 'assistant', content: [] })
    return (
      this.frame('response.reasoning_summary_part.done', {
        item_id: this.item,
        output_index: this.index,
        summary_index: 0,
        part: { type: 'summary_text', text: '' },
      }) + this.done({ type: 'reasoning', summary: [], encrypted_content: 'signed' })
    )
  }

  write(step: Step): string {
    switch (step.type) {
      case 'text':
        return this.start('text') + this.textDelta('output_text', step.text)
      case 'thinking':
        return (
          this.start('thinking') +
          this.frame('response.reasoning_summary_text.delta', {
            item_id: this.item,
            output_index: this.index,
            summary_index: 0,
            delta: step.text,
          })
        )
      case 'call':
        return this.close() + this.call(step)
      case 'finish':
        return this.finish(step.reason)
      case 'error':
        return this.frame('error', {
          error: { type: 'server_error', code: 'server_error', message: step.message, param: null },
        })
      default:
        return step satisfies never
    }
  }

  private textDelta(what: 'output_text' | 'refusal', delta: string): string {
    const at = { item_id: this.item, output_index: this.index, content_index: 0 }
    return this.frame(`response.${what}.delta`, { ...at, delta, logprobs: [] })
  }

  private call({ id, name, pieces, cut }: Step & { type: 'call' }): string {
    const item = { type: 'function_call', call_id: id, name, arguments: '', status: 'in_progress' }
    const begin = this.added(item)
    const deltas = pieces.map((delta) =>
      this.frame('response.function_call_arguments.delta', {
        item_id: this.item,
        output_index: this.index,
        delta,
      }),
    )
    if (cut) return begin + deltas.join('')
    const whole = pieces.join('')
    return (
      begin +
      deltas.join('') +
      this.frame('response.function_call_arguments.done', {
        item_id: this.item,
        output_index: this.index,
        arguments: whole,
      }) +
      this.done({ ...item, arguments: whole, status: 'completed' })
    )
  }

  private finish(reason: 'stop' | 'calls' | 'length' | 'refused'): string {
    const refused = reason === 'refused' ? this.start('text') + this.textDelta('refusal', refusal) : ''
    const cut = reason === 'length'
    const response = {
      id: 'resp-1',
      created_at: 1,
      model: this.model,
      status: cut ? 'incomplete' : 'completed',
      incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
      usage: {
        input_tokens: told.input,
        input_tokens_details: { cached_tokens: told.cached },
        output_tokens: told.output,
        output_tokens_details: { reasoning_tokens: told.thinking },
      },
    }
    return (
      refused + this.close() + this.frame(cut ? 'response.incomplete' : 'response.completed', { response })
    )
  }
}

interface Body {
  readonly input: readonly { readonly content?: string | readonly { readonly text?: string }[] }[]
}

export const openaiWire: Wire = {
  name: 'openai',
  answerPath: '/v1/responses',
  modelsPath: '/v1/models',
  contentType: 'text/event-stream',
  models: (ids) => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model', created: 1 })) }),
  failure: (_, message) => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
  lastText: ({ input }: Body) => {
    const content = input.at(-1)?.content ?? ''
    return typeof content === 'string' ? content : (content.at(-1)?.text ?? '')
  },
  answer: (model) => new Answer(model),
  politeEnd: '',
}
