// The events of Anthropic's Messages API in the form the library accepts: unknown kinds are ignored, and members that
// imitating servers omit are added.
import { isRecord } from '../../shared/record.ts'
import { reportedReason } from './reported.ts'
import type { Chunks, Members } from './tidied.ts'

const blocks = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use'])
const deltas = new Set(['text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta'])

export class MessageEvents implements Chunks {
  /** Indexes of blocks of unknown kinds. */
  private readonly passedOver = new Set<unknown>()

  take(event: unknown, name: string): readonly Members[] {
    if (!isRecord(event)) return []
    const { type, index } = event
    switch (type) {
      case 'message_start':
        return [{ ...event, message: withUsage(event['message'], { input_tokens: 0, output_tokens: 0 }) }]
      case 'message_delta':
        return [withUsage(event, { output_tokens: 0 })]
      case 'content_block_start':
        if (isOf(blocks, event['content_block'])) return [event]
        this.passedOver.add(index)
        return []
      case 'content_block_delta':
        return isOf(deltas, event['delta']) && !this.passedOver.has(index) ? [event] : []
      case 'content_block_stop':
        return this.passedOver.has(index) ? [] : [event]
      case 'message_stop':
      case 'ping':
        return [event]
      case 'message':
        return inEvents(event)
      default:
        return type === 'error' || name === 'error' || isRecord(event['error']) ? [this.error(event)] : []
    }
  }

  end(): readonly Members[] {
    return []
  }

  readonly error = (error: unknown): Members => {
    const { type } = isRecord(error) && isRecord(error['error']) ? error['error'] : {}
    const message = reportedReason(error) ?? JSON.stringify(error)
    return { type: 'error', error: { type: typeof type === 'string' ? type : 'api_error', message } }
  }
}

const isOf = (types: ReadonlySet<unknown>, value: unknown): boolean =>
  isRecord(value) && types.has(value['type'])

const withUsage = (value: unknown, least: Members): Members => {
  const message = isRecord(value) ? value : {}
  return { ...message, usage: { ...least, ...(isRecord(message['usage']) ? message['usage'] : {}) } }
}

/** A whole message, from servers that do not stream, as the events it would have come in. */
const inEvents = (message: Members): readonly Members[] => {
  const content = (
    Array.isArray(message['content']) ? (message['content'] as readonly unknown[]) : []
  ).filter((block) => isOf(blocks, block)) as readonly Members[]
  const { usage, stop_reason, stop_sequence = null } = message
  return [
    {
      type: 'message_start',
      message: withUsage({ ...message, content: [] }, { input_tokens: 0, output_tokens: 0 }),
    },
    ...content.flatMap((block, index) => [
      {
        type: 'content_block_start',
        index,
        content_block: { ...block, ...(block['type'] === 'text' ? { text: '' } : {}) },
      },
      ...(block['type'] === 'text'
        ? [{ type: 'content_block_delta', index, delta: { type: 'text_delta', text: block['text'] } }]
        : []),
      { type: 'content_block_stop', index },
    ]),
    withUsage({ type: 'message_delta', delta: { stop_reason, stop_sequence }, usage }, { output_tokens: 0 }),
    { type: 'message_stop' },
  ]
}
