// A request in the form of the AI SDK's language models.
import type {
  LanguageModelV3CallOptions,
  LanguageModelV3FunctionTool,
  LanguageModelV3Message,
  LanguageModelV3Prompt,
} from '@ai-sdk/provider'
import type { Message, ModelRequest } from '../../shared/model/provider.ts'

export type AssistantContent = Extract<LanguageModelV3Message, { role: 'assistant' }>['content']

const messageOf = (message: Message): LanguageModelV3Message => {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] }
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
      // As the stream gave it, see `TurnContent`.
      if ('turn' in message && Array.isArray(message.turn))
        return { role: 'assistant', content: message.turn as AssistantContent }
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

export const promptOf = ({ system, messages }: ModelRequest): LanguageModelV3Prompt => [
  { role: 'system', content: system },
  ...messages.map(messageOf),
]

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
