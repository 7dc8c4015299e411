// Collects an assistant's turn while it streams, with the provider's signatures, so that it can be sent back unchanged.
import type { LanguageModelV3StreamPart, LanguageModelV3ToolCall } from '@ai-sdk/provider'
import { leafOf } from '../../shared/notebook/leaf.ts'
import type { ToolCall } from '../../shared/model/provider.ts'
import { parsedJson } from './json.ts'
import type { AssistantContent } from './prompt.ts'

type Content = AssistantContent[number]
type Meta = { readonly providerMetadata?: NonNullable<Content['providerOptions']> }
type Text = {
  -readonly [K in keyof Extract<Content, { type: 'text' | 'reasoning' }>]: Extract<
    Content,
    { type: 'text' | 'reasoning' }
  >[K]
}

const optionsOf = ({ providerMetadata }: Meta): Pick<Content, 'providerOptions'> =>
  providerMetadata === undefined ? {} : { providerOptions: providerMetadata }

export class TurnContent {
  private readonly content: Content[] = []
  private readonly texts = new Map<string, Text>()
  private readonly made: LanguageModelV3ToolCall[] = []

  take(part: LanguageModelV3StreamPart): void {
    if (part.type === 'tool-call') this.made.push(part)
    if (part.type === 'text-start' || part.type === 'reasoning-start') {
      const type = part.type === 'text-start' ? 'text' : 'reasoning'
      const text: Text = { type, text: '', ...optionsOf(part) }
      this.texts.set(type + part.id, text)
      this.content.push(text)
    }
    if (part.type === 'text-delta' || part.type === 'text-end') this.go('text', part)
    if (part.type === 'reasoning-delta' || part.type === 'reasoning-end') this.go('reasoning', part)
  }

  /** The last metadata of a part counts. */
  private go(type: Text['type'], part: Meta & { readonly id: string; readonly delta?: string }): void {
    const text = this.texts.get(type + part.id)
    if (text === undefined) return
    text.text += part.delta ?? ''
    Object.assign(text, optionsOf(part))
  }

  /** The calls, and the turn with them. */
  calls(): { readonly calls: readonly ToolCall[]; readonly turn: AssistantContent } {
    const calls: ToolCall[] = []
    const parts: Content[] = []
    for (const call of this.made) {
      const given = inputOf(call.input)
      // Arguments that are no JSON are for the tool to refuse, so that the model can call it again.
      calls.push({ id: call.toolCallId, name: call.toolName, input: leafOf(given ?? call.input) })
      parts.push({
        type: 'tool-call',
        toolCallId: call.toolCallId,
        toolName: call.toolName,
        input: given ?? {},
        ...optionsOf(call),
      })
    }
    return { calls, turn: [...this.content.filter(isSent), ...parts] }
  }
}

/** Some models write the JSON as a string of JSON. Undefined if it is none. */
const inputOf = (text: string): unknown => {
  const input = parsedJson(text.trim() || '{}')
  return typeof input === 'string' ? (parsedJson(input) ?? undefined) : input
}

/** Some providers refuse empty text; empty thinking may have a signature. */
const isSent = (content: Content): boolean => content.type !== 'text' || content.text !== ''
