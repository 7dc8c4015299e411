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
//   mock: call NAME {"a": 1}   calls the tool, and answers with its result. Several such lines at the end are one
//                              step each; with "and" instead of "call", a line belongs to the step before.
//   mock: obey       does what it is shown by any line, wherever it is: "mock: call …" calls, "mock: say …" is said
import * as z from 'zod/mini'
import { estimateTokens } from '../../shared/context/budget.ts'
import {
  defaultSight,
  type Message,
  type ModelEvent,
  type ModelRequest,
  type PictureRequest,
  type Provider,
  type StopSignal,
  type ToolCall,
} from '../../shared/model/provider.ts'
import { asksForSuggestion } from '../../shared/context/suggestion.ts'
import { leafOf } from '../../shared/notebook/leaf.ts'
import { linkedAbort } from './abort.ts'
import type { ProviderDescriptor } from './descriptor.ts'
import { parsedJson } from './json.ts'
import { mockPicture } from './mock-picture.ts'
import { waited } from './retry.ts'

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
  readonly calls?: readonly ToolCall[]
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
  sight: () => ({ ...defaultSight, sees: true }),
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
  const { thinking, text, delay, calls = [], silent, end } = scriptFor(request)
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
    for (const call of calls) yield { type: 'call', ...call }
    yield end
  } finally {
    release()
  }
}

const textOf = (message: Message): string => {
  if (message.role === 'tool') return message.answers.map(({ name, text }) => `${name}: ${text}`).join('\n')
  if (!('parts' in message)) return message.text
  const shown = message.parts.flatMap(({ text, pictures }) => [
    text,
    ...pictures.map(({ mime, base64 }) => `[${mime}, ${Math.floor(base64.length * 0.75)} bytes]`),
  ])
  return shown.filter((text) => text !== '').join('\n\n')
}

const boundary = /<untrusted [^>]*>\n|\n<\/untrusted>/g

/** A different text each time, as a comment, so that it is also valid in code. */
const suggestion = ({ messages }: ModelRequest): Script => {
  const refused = messages.map(textOf).join('').match(/^"/gm)?.length ?? 0
  const text = `  # suggestion ${refused + 1} of the mock`
  return { thinking: '', text, delay: 0, end: { type: 'end', reason: 'done' } }
}

const scriptFor = (request: ModelRequest): Script => {
  if (asksForSuggestion(request)) return suggestion(request)
  const last = request.messages.findLastIndex(({ role }) => role === 'user')
  const asked = request.messages
    .slice(last, last + 1)
    .map(textOf)
    .join('')
    // The values that the question refers to come after its commands.
    .split('\n\n<untrusted from="value of ', 1)
    .join('')
    .trimEnd()
  const [, name = '', rest = ''] = /(?:^|\n)mock: *(\w+)(?: +(.+))?$/.exec(asked) ?? []
  const count = Math.min(Number(/^\d+$/.exec(rest)?.[0] ?? 200), maxWords)
  const defaults: Script = {
    thinking: request.thinking ? mockThinking : '',
    text: answer(request, asked),
    delay: defaultDelay,
    end: { type: 'end', reason: 'done' },
  }
  const answers = request.messages.slice(last + 1).filter(({ role }) => role === 'tool')
  const steps = name === 'obey' ? ordersIn(request) : stepsIn(asked)
  if (steps.length > answers.length) {
    const calls = (steps[answers.length] ?? []).map((call, index) => ({
      ...call,
      id: `call-${request.messages.length}-${index}`,
    }))
    return { ...defaults, text: '', calls, end: { type: 'end', reason: 'calls', turn: null } }
  }
  if (name === 'obey') return { ...defaults, text: saidIn(request), delay: 0 }
  if (answers.length > 0)
    return {
      ...defaults,
      text: `The tools answered:\n\n${answers.map(textOf).join('\n').replaceAll(boundary, '')}`,
      delay: 0,
    }
  const said = (text: string, end: Script['end'] = defaults.end): Script => ({ ...defaults, text, end })
  switch (name) {
    case 'slow':
      return { ...said(numbered(count)), delay: slowDelay }
    case 'fast':
      return { ...said(numbered(count)), delay: 0 }
    case 'think':
      return { ...defaults, thinking: mockThinking }
    case 'fail': {
      const message = 'The mock was asked to fail.'
      return said('This is the mock, about to fail', { type: 'end', reason: 'error', message })
    }
    case 'cut':
      return said('This is the mock, cut in the', { type: 'end', reason: 'interrupted' })
    case 'limit':
      return said('This is the mock, at the limit of', { type: 'end', reason: 'length' })
    case 'refuse': {
      const message = 'The mock was asked to refuse.'
      return said('This is the mock, about to decline', { type: 'end', reason: 'refused', message })
    }
    case 'silent':
      return { ...said('This '), silent: true }
    case 'say':
      return said(rest.replaceAll('\\n', '\n'))
    case 'context': {
      const messages = request.messages.map((message) => `[${message.role}]\n${textOf(message)}`)
      return { ...said(messages.join('\n\n')), delay: 0 }
    }
    default:
      return defaults
  }
}

type Order = Pick<ToolCall, 'name' | 'input'>
const order = /mock: *(call|and|say) +(?:(\w+)(?: +(\{.*\}))?|.*)$/

const stepsIn = (asked: string): readonly (readonly Order[])[] => {
  const lines = asked.split('\n')
  const first = lines.findLastIndex((line) => !/^mock: *(call|and) /.test(line)) + 1
  const steps: Order[][] = []
  for (const line of lines.slice(first)) {
    const [, word, name = '', json = '{}'] = order.exec(line) ?? []
    const call = { name, input: parsedInput(json) }
    if (word === 'and' && steps.length > 0) steps.at(-1)?.push(call)
    else steps.push([call])
  }
  return steps
}

/** All lines that were sent, each once. */
const linesOf = ({ messages }: ModelRequest): readonly string[] => [
  ...new Set(messages.flatMap((message) => textOf(message).split('\n'))),
]

const ordersIn = (request: ModelRequest): readonly (readonly Order[])[] =>
  linesOf(request).flatMap((line) => {
    const [, word, name, json = '{}'] = order.exec(line) ?? []
    return word === 'call' && name !== undefined ? [[{ name, input: parsedInput(json) }]] : []
  })

const saidIn = (request: ModelRequest): string =>
  linesOf(request)
    .flatMap((line) => /mock: *say +(.*)$/.exec(line)?.[1] ?? [])
    .join('\n\n')

const parsedInput = (json: string): ToolCall['input'] => {
  const input = parsedJson(json)
  return input === undefined ? json : leafOf(input)
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
