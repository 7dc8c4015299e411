// A request in the form of the AI SDK's language models.
import type {
  LanguageModelV3CallOptions,
  LanguageModelV3FunctionTool,
  LanguageModelV3Message,
  LanguageModelV3Prompt,
} from '@ai-sdk/provider'
import { partsOf } from '../../shared/context/build.ts'
import type { Message, ModelRequest, PartedTurn, Picture } from '../../shared/model/provider.ts'
import type { Optional } from './unsupported.ts'

export type AssistantContent = Extract<LanguageModelV3Message, { role: 'assistant' }>['content']
type UserContent = Extract<LanguageModelV3Message, { role: 'user' }>['content']
/** Options that mark the end of what a provider should cache. */
export type CacheMark = NonNullable<LanguageModelV3Message['providerOptions']>

const text = (text: string): UserContent[number] => ({ type: 'text', text })
const file = ({ mime, base64 }: Picture): UserContent[number] => ({
  type: 'file',
  mediaType: mime,
  data: base64,
})

/** Images after their cell's text; texts are joined where possible, because some servers accept only one. */
const joined = (turn: PartedTurn): UserContent => {
  const content: UserContent = []
  for (const part of partsOf(turn)) {
    const last = content.at(-1)
    if (last?.type === 'text') content[content.length - 1] = text(`${last.text}\n\n${part.text}`)
    else content.push(text(part.text))
    content.push(...part.pictures.map(file))
  }
  return content.filter((each) => each.type !== 'text' || each.text !== '')
}

/**
 * A block for each cell, and in the last turn a mark on the one before the question. A provider caches whole blocks: if
 * all cells were one block, each added cell would make it new.
 */
const inBlocks = (turn: PartedTurn, mark: CacheMark, isQuestion: boolean): UserContent => {
  const parts = partsOf(turn)
  return parts.flatMap((part, index) => {
    const blocks = [text(index === 0 ? part.text : `\n\n${part.text}`), ...part.pictures.map(file)].filter(
      (each) => each.type !== 'text' || each.text.trim() !== '',
    )
    return isQuestion && index === parts.length - 2 ? withMark(blocks, mark) : blocks
  })
}

const withMark = <C extends UserContent | AssistantContent>(content: C, mark: CacheMark): C =>
  content.map((each, index) =>
    index === content.length - 1 ? { ...each, providerOptions: mark } : each,
  ) as C

const turnOf = (message: Message): AssistantContent | null =>
  message.role === 'assistant' && 'turn' in message && Array.isArray(message.turn)
    ? (message.turn as AssistantContent)
    : null

const messageOf = (message: Message, mark: CacheMark | null, isQuestion: boolean): LanguageModelV3Message => {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: mark === null ? joined(message) : inBlocks(message, mark, isQuestion) }
    case 'tool':
      return {
        role: 'tool',
        content: message.answers.map(({ id, name, text }) => ({
          type: 'tool-result',
          toolCallId: id,
          toolName: name,
          output: { type: 'text', value: text },
        })),
      }
    case 'assistant': {
      // As it was streamed, see `TurnContent`.
      const turn = turnOf(message)
      if (turn !== null) return { role: 'assistant', content: turn }
      const calls = 'calls' in message ? message.calls : []
      return {
        role: 'assistant',
        content: [
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...calls.map(({ id, name, input }) => ({
            type: 'tool-call' as const,
            toolCallId: id,
            toolName: name,
            input,
          })),
        ],
      }
    }
    default:
      return message satisfies never
  }
}

export const hasThoughts = (message: Message): boolean =>
  turnOf(message)?.some(({ type }) => type === 'reasoning') ?? false

const withoutThoughts = (message: Message): Message =>
  'calls' in message && hasThoughts(message)
    ? { ...message, turn: turnOf(message)?.filter(({ type }) => type !== 'reasoning') }
    : message

/** The system prompt as the beginning of the first message. */
const withSystem = (system: string, messages: readonly Message[]): readonly Message[] => {
  const [first, ...others] = messages
  if (first?.role !== 'user') return messages
  const parts = [{ text: system, pictures: [] }, ...partsOf(first)]
  return [{ ...first, text: `${system}\n\n${first.text}`, parts }, ...others]
}

/** `left`: what the server has refused. */
export const promptOf = (
  { system, messages: given }: ModelRequest,
  mark: CacheMark | null,
  left: ReadonlySet<Optional>,
): LanguageModelV3Prompt => {
  const known = left.has('thoughts') ? given.map(withoutThoughts) : given
  const messages = left.has('system') ? withSystem(system, known) : known
  const question = messages.findLastIndex(({ role }) => role === 'user')
  const asked = messages[question]
  const isAlone = asked?.role === 'user' && partsOf(asked).length === 1
  return [
    ...(left.has('system')
      ? []
      : [{ role: 'system' as const, content: system, ...(mark === null ? {} : { providerOptions: mark }) }]),
    ...messages.map((message, index) => {
      const sent = messageOf(message, mark, index === question)
      return mark !== null && isAlone && index === question - 1 && sent.role === 'assistant'
        ? { ...sent, content: withMark(sent.content, mark) }
        : sent
    }),
  ]
}

export const toolsOf = ({ tools }: ModelRequest): Pick<LanguageModelV3CallOptions, 'tools'> =>
  tools.length === 0
    ? {}
    : {
        tools: tools.map(({ name, description, parameters }): LanguageModelV3FunctionTool => ({
          type: 'function',
          name,
          description,
          inputSchema: parameters,
        })),
      }
