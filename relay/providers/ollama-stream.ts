// The answer of Ollama's /api/chat: lines of JSON, the last with `done`.
import { randomUUID } from 'node:crypto'
import type { Transformer } from 'node:stream/web'
import type { LanguageModelV3FinishReason, LanguageModelV3StreamPart } from '@ai-sdk/provider'
import * as z from 'zod/mini'
import { parsedJson } from './json.ts'
import { reportedReason } from './reported.ts'
import { ThinkTags } from './think-tags.ts'

const line = z.object({
  error: z.optional(z.unknown()),
  message: z.nullish(
    z.object({
      content: z.nullish(z.string()),
      thinking: z.nullish(z.string()),
      tool_calls: z.nullish(
        z.array(
          z.object({
            id: z.nullish(z.string()),
            function: z.object({ name: z.string(), arguments: z.optional(z.unknown()) }),
          }),
        ),
      ),
    }),
  ),
  done: z.nullish(z.boolean()),
  done_reason: z.nullish(z.string()),
  prompt_eval_count: z.nullish(z.number()),
  eval_count: z.nullish(z.number()),
})
type Line = z.infer<typeof line>

const readLine = (text: string): Line | null => {
  const parsed = line.safeParse(parsedJson(text))
  return parsed.success ? parsed.data : null
}

const lines = (): Transformer<string, string> => {
  let rest = ''
  return {
    transform(piece, controller) {
      const complete = (rest + piece).split('\n')
      rest = complete.pop() ?? ''
      for (const each of complete) if (each.trim() !== '') controller.enqueue(each)
    },
    flush(controller) {
      if (rest.trim() !== '') controller.enqueue(rest)
    },
  }
}

/** Without its last line, a stream has no finish part and counts as interrupted. */
class Parts implements Transformer<string, LanguageModelV3StreamPart> {
  private open: 'text' | 'reasoning' | null = null
  private calls = 0
  private readonly tags = new ThinkTags()

  transform(text: string, controller: TransformStreamDefaultController<LanguageModelV3StreamPart>): void {
    const read = readLine(text)
    if (read === null)
      return controller.enqueue({
        type: 'error',
        error: `the server sent a line in an unknown format: ${text.slice(0, 100)}`,
      })
    const problem = reportedReason(read.error)
    if (problem !== null) return controller.enqueue({ type: 'error', error: problem })
    const { content, thinking, tool_calls } = read.message ?? {}
    const separated = this.tags.take(content ?? '')
    this.say('reasoning', (thinking ?? '') + separated.thinking, controller)
    this.say('text', separated.text, controller)
    for (const { id: given, function: called } of tool_calls ?? []) {
      const id = given ?? randomUUID()
      this.calls++
      const input =
        typeof called.arguments === 'string' ? called.arguments : JSON.stringify(called.arguments ?? {})
      controller.enqueue({ type: 'tool-input-start', id, toolName: called.name })
      controller.enqueue({ type: 'tool-call', toolCallId: id, toolName: called.name, input })
    }
    if (read.done !== true) return
    const rest = this.tags.end()
    this.say('reasoning', rest.thinking, controller)
    this.say('text', rest.text, controller)
    this.close(controller)
    controller.enqueue({
      type: 'finish',
      finishReason: this.finishReason(read.done_reason ?? undefined),
      usage: {
        inputTokens: {
          total: read.prompt_eval_count ?? undefined,
          noCache: undefined,
          cacheRead: undefined,
          cacheWrite: undefined,
        },
        outputTokens: { total: read.eval_count ?? undefined, text: undefined, reasoning: undefined },
      },
    })
  }

  private say(
    type: 'text' | 'reasoning',
    delta: string,
    controller: TransformStreamDefaultController<LanguageModelV3StreamPart>,
  ): void {
    if (delta === '') return
    if (this.open !== type) {
      this.close(controller)
      this.open = type
      controller.enqueue({ type: `${type}-start`, id: type })
    }
    controller.enqueue({ type: `${type}-delta`, id: type, delta })
  }

  private close(controller: TransformStreamDefaultController<LanguageModelV3StreamPart>): void {
    if (this.open !== null) controller.enqueue({ type: `${this.open}-end`, id: this.open })
    this.open = null
  }

  private finishReason(raw: string | undefined): LanguageModelV3FinishReason {
    if (raw === 'length') return { unified: 'length', raw }
    if (this.calls > 0) return { unified: 'tool-calls', raw: raw ?? 'stop' }
    return { unified: raw === undefined || raw === 'stop' ? 'stop' : 'other', raw: raw ?? 'stop' }
  }
}

/** The error in a response; null if it is not a line of Ollama's with an error. */
export const errorIn = (text: string): string | null => reportedReason(readLine(text)?.error)

export const partsOf = (body: ReadableStream<Uint8Array>): ReadableStream<LanguageModelV3StreamPart> =>
  body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TransformStream(lines()))
    .pipeThrough(new TransformStream(new Parts()))
