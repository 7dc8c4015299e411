// Chunks of chat completions from servers that differ slightly from OpenAI, in the form the library accepts.
import { isRecord } from '../../shared/record.ts'
import { reportedReason } from './reported.ts'
import { ThinkTags, type Separated } from './think-tags.ts'
import type { Chunks, Members } from './tidied.ts'

export class ChatChunks implements Chunks {
  readonly error = errorChunk
  private readonly tags = new ThinkTags()
  /** Calls whose name has not arrived, and those whose name has. */
  private readonly held = new Map<unknown, { readonly id: string; readonly args: string }>()
  private readonly named = new Set<unknown>()

  take(chunk: unknown, event: string): readonly Members[] {
    if (!isRecord(chunk)) return []
    const { choices, usage } = chunk
    if (event === 'error' || isSet(chunk['error'])) return [errorChunk(chunk)]
    const first = (Array.isArray(choices) ? (choices as readonly unknown[]) : [])
      .filter(isRecord)
      .find(({ index }) => Number(index ?? 0) === 0)
    if (first === undefined && !isRecord(usage)) {
      const isError = !Array.isArray(choices) && (isSet(chunk['detail']) || isSet(chunk['message']))
      return isError ? [errorChunk(chunk)] : []
    }
    // OpenRouter puts the error of a server behind it into the choice.
    if (isSet(first?.['error'])) return [errorChunk(first)]
    return [
      {
        ...(typeof chunk['id'] === 'string' ? { id: chunk['id'] } : {}),
        choices: first === undefined ? [] : [this.choice(first)],
        ...(isRecord(usage) && Object.keys(usage).length > 0 ? { usage: counts(withCached(usage)) } : {}),
      },
    ]
  }

  end(): readonly Members[] {
    const { thinking, text } = this.tags.end()
    if (thinking === '' && text === '') return []
    return [{ choices: [{ index: 0, delta: deltaOf({ thinking, text }), finish_reason: null }] }]
  }

  private choice(choice: Members): Members {
    const { delta, message, text, finish_reason: reason } = choice
    // A whole message is what servers send that do not stream; a text, those of the older API.
    const said: Members = isRecord(delta)
      ? delta
      : isRecord(message)
        ? message
        : typeof text === 'string'
          ? { content: text }
          : {}
    const finished = typeof reason === 'string' && reason !== ''
    const separated = typeof said['content'] === 'string' ? this.tags.take(said['content']) : null
    const rest = finished ? this.tags.end() : null
    const thought = thoughtIn(said)
    const { role: _, tool_calls: calls, content, ...others } = said
    return {
      index: 0,
      delta: {
        ...others,
        ...(separated === null && isSet(content) ? { content } : {}),
        ...deltaOf({
          thinking: thought + (separated?.thinking ?? '') + (rest?.thinking ?? ''),
          text: (separated?.text ?? '') + (rest?.text ?? ''),
        }),
        ...(Array.isArray(calls) ? { tool_calls: calls.flatMap((call: unknown) => this.call(call)) } : {}),
      },
      finish_reason: finished ? reason : null,
    }
  }

  private call(call: unknown): readonly Members[] {
    if (!isRecord(call)) return []
    const index = isSet(call['index']) ? Number(call['index']) : undefined
    const { name, arguments: given } = isRecord(call['function']) ? call['function'] : {}
    const before = this.held.get(index)
    const id = textOr(call['id'], before?.id ?? '')
    const args = (before?.args ?? '') + (isRecord(given) ? JSON.stringify(given) : textOr(given, ''))
    if (textOr(name, '') === '' && !this.named.has(index)) {
      this.held.set(index, { id, args })
      return []
    }
    this.held.delete(index)
    this.named.add(index)
    const { extra_content: extra } = call
    return [
      {
        ...(index === undefined ? {} : { index }),
        ...(id === '' ? {} : { id }),
        // The signature that Gemini wants back with the call.
        ...(isRecord(extra) && isRecord(extra['google']) ? { extra_content: extra } : {}),
        function: { ...(isSet(name) ? { name } : {}), arguments: args },
      },
    ]
  }
}

const errorChunk = (error: unknown): Members => {
  const { code, type } = isRecord(error) && isRecord(error['error']) ? error['error'] : {}
  return {
    error: {
      message: reportedReason(error) ?? JSON.stringify(error),
      ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
      ...(typeof type === 'string' ? { type } : {}),
    },
  }
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null

const textOr = (value: unknown, other: string): string =>
  typeof value === 'string' && value !== '' ? value : other

const deltaOf = ({ thinking, text }: Separated): Members => ({
  ...(thinking === '' ? {} : { reasoning_content: thinking }),
  ...(text === '' ? {} : { content: text }),
})

/** Under its several names; some servers send it under two at once. */
const thoughtIn = ({
  reasoning_content: content,
  reasoning,
  reasoning_details: details,
}: Members): string => {
  for (const each of [content, reasoning]) if (typeof each === 'string' && each !== '') return each
  const parts = Array.isArray(details) ? (details as readonly unknown[]).filter(isRecord) : []
  return parts.map(({ text }) => textOr(text, '')).join('')
}

/** DeepSeek has a name of its own for cached tokens. */
const withCached = (usage: Members): Members => ({
  ...usage,
  ...(isSet(usage['prompt_cache_hit_tokens']) && !isRecord(usage['prompt_tokens_details'])
    ? { prompt_tokens_details: { cached_tokens: usage['prompt_cache_hit_tokens'] } }
    : {}),
})

/** Only its numbers, which some servers send as text. */
const counts = (usage: Members): Members =>
  Object.fromEntries(
    Object.entries(usage).flatMap(([key, value]): (readonly [string, unknown])[] => {
      if (isRecord(value)) return [[key, counts(value)]]
      const count = typeof value === 'string' && value !== '' ? Number(value) : value
      return typeof count === 'number' && Number.isFinite(count) ? [[key, Math.round(count)]] : []
    }),
  )
