// Ollama's /api/chat: lines of JSON.
import { refusal, told, type Step, type Wire, type WireAnswer } from './wire.ts'

const line = (value: object): string => `${JSON.stringify(value)}\n`

class Answer implements WireAnswer {
  private readonly model: string

  constructor(model: string) {
    this.model = model
  }

  private say(message: object, rest: object = { done: false }): string {
    const { model } = this
    return line({
      model,
      created_at: '2026-11-27T12:00:00Z',
      message: { role: 'assistant', content: '', ...message },
      ...rest,
    })
  }

  begin(): string {
    return ''
  }

  write(step: Step): string {
    switch (step.type) {
      case 'text':
        return this.say({ content: step.text })
      case 'thinking':
        return this.say({ thinking: step.text })
      case 'call':
        return step.cut
          ? ''
          : this.say({
              tool_calls: [
                {
                  id: step.id,
                  function: { name: step.name, arguments: JSON.parse(step.pieces.join('')) as object },
                },
              ],
            })
      case 'finish':
        // Ollama has no refusals: a model refuses in its own words.
        return (
          (step.reason === 'refused' ? this.say({ content: refusal }) : '') +
          this.say(
            {},
            {
              done: true,
              done_reason: step.reason === 'length' ? 'length' : 'stop',
              total_duration: 1,
              prompt_eval_count: told.input,
              eval_count: told.output,
            },
          )
        )
      case 'error':
        return line({ error: step.message })
      default:
        return step satisfies never
    }
  }
}

interface Body {
  readonly messages: readonly { readonly content: string }[]
}

export const ollamaWire: Wire = {
  name: 'ollama',
  answerPath: '/api/chat',
  modelsPath: '/api/tags',
  contentType: 'application/x-ndjson',
  models: (ids) => ({
    models: ids.map((name) => ({ name, model: name, size: 1, details: { parameter_size: '8.0B' } })),
  }),
  show: {
    path: '/api/show',
    answer: (model, seeing) =>
      seeing === null
        ? { details: {} }
        : { capabilities: seeing.includes(model) ? ['completion', 'vision'] : ['completion'] },
  },
  failure: (_, message) => ({ error: message }),
  lastText: ({ messages }: Body) => messages.at(-1)?.content ?? '',
  answer: (model) => new Answer(model),
  politeEnd: '',
}
