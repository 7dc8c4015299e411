// A mock model, used when no model is configured. It says that it is a mock and streams like a model, for trying and
// testing the app. Its answers are deterministic. The last line of the prompt can be a command:
//
//   mock: slow 200   200 numbered words, one every 20 ms
//   mock: fast 200   200 numbered words without delay
//   mock: think      thinking, then the default answer
//   mock: fail       a few words, then a provider error
//   mock: cut        a few words, then the stream ends without a finish reason
//   mock: limit      a few words, then the token limit is reached
//   mock: refuse     a few words, then it declines
//   mock: silent     a word, then nothing until it is stopped
//   mock: say TEXT   that text; a line break is \n
//   mock: context    the messages it was sent, verbatim
//   mock: call NAME {"a": 1}   calls the tool, and answers with what came of it
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod/mini'
import { estimateTokens } from '../../shared/context/budget.ts'
import type {
  Message,
  ModelEvent,
  ModelRequest,
  PictureRequest,
  Provider,
  StopSignal,
  ToolCall,
} from '../../shared/model/provider.ts'
import { asksForSuggestion } from '../../shared/context/suggestion.ts'
import { leafOf } from '../../shared/notebook/leaf.ts'
import { linkedAbort } from './abort.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { mockPicture } from './mock-picture.ts'

const mockThinking = 'A mock does not think, but this is where its thinking would be.'
const label = 'mock (no model is configured)'
/** Milliseconds between words. */
const [defaultDelay, slowDelay] = [8, 20]
const maxWords = 100_000
/** Longer than any test waits. */
const slowPicture = 600_000

interface Script {
  readonly thinking: string
  readonly text: string
  /** Milliseconds before each word. */
  readonly delay: number
  readonly call?: ToolCall
  /** Says no more, and does not end. */
  readonly silent?: true
  readonly end: ModelEvent & { readonly type: 'end' }
}

export const createMock = (): Provider => ({
  id: 'mock',
  label,
  usualModel: 'mock',
  maxInputTokens: null,
  models: () => Promise.resolve({ ok: true, models: [{ id: 'mock', name: label }] }),
  stream: play,
  image: draw,
})

/** `mock: slow` runs until it is stopped, `mock: fail` fails. */
const draw = async function* (
  { prompt }: PictureRequest,
  stop: StopSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  const { signal, release } = linkedAbort(stop)
  try {
    const [, name = ''] = /(?:^|\n)mock: *(\w+)$/.exec(prompt.trimEnd()) ?? []
    if (name === 'slow') await waited(slowPicture, signal)
    if (signal.aborted) yield { type: 'end', reason: 'interrupted' }
    else if (name === 'fail') yield { type: 'end', reason: 'error', message: 'The mock was asked to fail.' }
    else {
      yield { type: 'picture', mime: 'image/svg+xml', value: mockPicture(prompt) }
      yield { type: 'end', reason: 'done' }
    }
  } finally {
    release()
  }
}

const play = async function* (
  request: ModelRequest,
  stop: StopSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  const { signal, release } = linkedAbort(stop)
  const { thinking, text, delay, call, silent, end } = scriptFor(request)
  try {
    if (!signal.aborted) yield { type: 'model', model: 'mock' }
    for (const [type, whole] of [
      ['thinking', thinking],
      ['text', text],
    ] as const)
      for (const word of whole.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
        if (delay > 0 && !(await waited(delay, signal))) break
        if (signal.aborted) break
        yield { type, text: word }
      }
    if (silent === true) await waited(slowPicture, signal)
    if (signal.aborted) {
      yield { type: 'end', reason: 'interrupted' }
      return
    }
    const input = estimateTokens([request.system, ...request.messages.map(textOf)].join('\n'))
    const usage = {
      input,
      output: estimateTokens(thinking + text),
      cached: null,
      thinking: thinking === '' ? null : estimateTokens(thinking),
    }
    yield { type: 'usage', usage }
    if (call !== undefined) yield { type: 'call', ...call }
    yield end
  } finally {
    release()
  }
}

/** False if aborted before. */
const waited = (ms: number, signal: AbortSignal): Promise<boolean> =>
  pause(ms, true, { signal }).catch((error: unknown) => {
    if (signal.aborted) return false
    throw error
  })

const textOf = (message: Message): string =>
  message.role === 'tool'
    ? message.answers.map(({ name, text }) => `${name}: ${text}`).join('\n')
    : message.text

/** Another text each time; in a comment, so that it stands in code too. */
const suggestion = ({ messages }: ModelRequest): Script => {
  const refused = messages.map(textOf).join('').match(/^"/gm)?.length ?? 0
  const text = `  # suggestion ${refused + 1} of the mock`
  return { thinking: '', text, delay: 0, end: { type: 'end', reason: 'done' } }
}

const scriptFor = (request: ModelRequest): Script => {
  if (asksForSuggestion(request)) return suggestion(request)
  const last = request.messages.at(-1)
  const asked = last === undefined ? '' : textOf(last).trimEnd()
  const [, name = '', rest = ''] = /(?:^|\n)mock: *(\w+)(?: +(.+))?$/.exec(asked) ?? []
  const count = Math.min(Number(/^\d+$/.exec(rest)?.[0] ?? 200), maxWords)
  const defaults: Script = {
    thinking: request.thinking ? mockThinking : '',
    text: last?.role === 'tool' ? `The tools answered:\n\n${asked}` : answer(request, asked),
    delay: defaultDelay,
    end: { type: 'end', reason: 'done' },
  }
  if (last?.role === 'tool') return defaults
  switch (name) {
    case 'slow':
      return { ...defaults, text: numbered(count), delay: slowDelay }
    case 'fast':
      return { ...defaults, text: numbered(count), delay: 0 }
    case 'think':
      return { ...defaults, thinking: mockThinking }
    case 'fail':
      return {
        ...defaults,
        text: 'This is the mock, about to fail',
        end: { type: 'end', reason: 'error', message: 'The mock was asked to fail.' },
      }
    case 'cut':
      return {
        ...defaults,
        text: 'This is the mock, cut in the',
        end: { type: 'end', reason: 'interrupted' },
      }
    case 'limit':
      return {
        ...defaults,
        text: 'This is the mock, at the limit of',
        end: { type: 'end', reason: 'length' },
      }
    case 'refuse':
      return {
        ...defaults,
        text: 'This is the mock, about to decline',
        end: { type: 'end', reason: 'refused', message: 'The mock was asked to refuse.' },
      }
    case 'silent':
      return { ...defaults, text: 'This ', silent: true }
    case 'call': {
      const [, tool = '', json = '{}'] = /^(\w+)(?: +(.+))?$/.exec(rest) ?? []
      const call = { id: `call-${request.messages.length}`, name: tool, input: parsedInput(json) }
      return { ...defaults, text: '', call, end: { type: 'end', reason: 'calls', turn: null } }
    }
    case 'say':
      return { ...defaults, text: rest.replaceAll('\\n', '\n') }
    case 'context':
      return {
        ...defaults,
        text: request.messages.map((message) => `[${message.role}]\n${textOf(message)}`).join('\n\n'),
        delay: 0,
      }
    default:
      return defaults
  }
}

const parsedInput = (json: string): ToolCall['input'] => {
  try {
    return leafOf(JSON.parse(json))
  } catch {
    return json
  }
}

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `word${index + 1}`).join(' ')

const answer = ({ messages }: ModelRequest, asked: string): string => {
  const question = asked.slice(asked.lastIndexOf('\n\n') + 1).trim()
  const shown = question.length > 200 ? `${question.slice(0, 200)}…` : question
  const turns = messages.length === 1 ? 'one message' : `${messages.length} messages`
  return `This is the **mock**: no model is configured, so this prompt was not sent anywhere. Your prompt was:

> ${shown.replaceAll('\n', '\n> ')}

It came with ${turns} of context. For real answers, start the relay with \`LLM_PROVIDER\`.`
}

export const mock: ProviderDescriptor<unknown> = { id: 'mock', settings: z.unknown(), create: createMock }
