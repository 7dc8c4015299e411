// A reply in steps: calls are executed and their answers sent back, until the model ends without a call.
import { untrusted } from '../context/untrusted.ts'
import { estimateTokens } from '../context/budget.ts'
import type {
  Message,
  ModelEnd,
  ModelEvent,
  ModelRequest,
  Provider,
  StopSignal,
  ToolAnswer,
  ToolCall,
  ToolDefinition,
} from './provider.ts'

/** Requests to the provider for one reply. */
export const maxSteps = 8

export type StepsEnd = ModelEnd | { readonly type: 'end'; readonly reason: 'steps' }

export type StepEvent =
  | Exclude<ModelEvent, ModelEnd | { readonly type: 'call' }>
  /** Another request, with so many tokens by estimate. */
  | { readonly type: 'step'; readonly input: number }
  | StepsEnd

/** Executes calls. `text` becomes part of the reply. */
export interface CallRunner {
  readonly definitions: readonly ToolDefinition[]
  readonly run: (
    call: ToolCall,
    signal: StopSignal,
  ) => Promise<{ readonly answer: string; readonly text: string }>
}

interface Conversation {
  readonly provider: Provider
  readonly request: Omit<ModelRequest, 'tools'>
  /** Estimated tokens of the first request. */
  readonly input: number
  readonly runner: CallRunner
}

export const inSteps = async function* (
  { provider, request, input, runner }: Conversation,
  signal: StopSignal,
): AsyncGenerator<StepEvent, void, undefined> {
  let messages = request.messages
  let tokens = input
  let hasText = false
  const tools = runner.definitions
  for (let step = 1; ; step++) {
    if (step > 1) yield { type: 'step', input: tokens }
    const calls: ToolCall[] = []
    let text = ''
    let turn: unknown = null
    let hasCalled = false
    for await (const event of provider.stream({ ...request, messages, tools }, signal)) {
      if (event.type === 'end') {
        if (event.reason !== 'calls') {
          yield event
          return
        }
        if (step === maxSteps) {
          yield { type: 'end', reason: 'steps' }
          return
        }
        turn = event.turn
        hasCalled = true
        break
      }
      if (event.type === 'call') {
        calls.push(event)
        continue
      }
      if (event.type === 'text') {
        // The earlier text or call is a paragraph of its own.
        if (step > 1 && text === '' && hasText) yield { type: 'text', text: '\n\n' }
        text += event.text
        hasText = true
      }
      yield event
    }
    if (!hasCalled) return
    const answers: ToolAnswer[] = []
    for (const call of calls) {
      const { answer, text: shown } = await runner.run(call, signal)
      if (signal.aborted) return
      yield { type: 'text', text: hasText ? `\n\n${shown}` : shown }
      hasText = true
      answers.push({ id: call.id, name: call.name, text: untrusted(call.name, answer) })
    }
    const added: readonly Message[] = [
      { role: 'assistant', text, calls, turn },
      { role: 'tool', answers },
    ]
    messages = [...messages, ...added]
    tokens += estimateTokens([text, JSON.stringify(calls), ...answers.map(({ text }) => text)].join('\n'))
  }
}
