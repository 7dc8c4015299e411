// A mock model, used when no model is configured. It says that it is a mock and streams like a model, for trying and
// testing the app. Its answers are deterministic. The last line of the prompt can be a command:
//
//   mock: slow 200   200 numbered words, one every 20 ms
//   mock: fast 200   200 numbered words without delay
//   mock: think      thinking, then the default answer
//   mock: fail       a few words, then a provider error
//   mock: cut        a few words, then the stream ends without a finish reason
//   mock: limit      a few words, then the token limit is reached
//   mock: context    the messages it was sent, verbatim
import { setTimeout as pause } from 'node:timers/promises'
import { estimateTokens } from '../../shared/context/budget.ts'
import type {
  ModelEvent,
  ModelRequest,
  PictureRequest,
  Provider,
  StopSignal,
} from '../../shared/model/provider.ts'
import { linkedAbort } from './abort.ts'
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
  readonly end: ModelEvent & { readonly type: 'end' }
}

export const createMock = (): Provider => ({
  id: 'mock',
  label,
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
  const { thinking, text, delay, end } = scriptFor(request)
  try {
    for (const [type, whole] of [
      ['thinking', thinking],
      ['text', text],
    ] as const)
      for (const word of whole.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
        if (delay > 0 && !(await waited(delay, signal))) break
        if (signal.aborted) break
        yield { type, text: word }
      }
    if (signal.aborted) {
      yield { type: 'end', reason: 'interrupted' }
      return
    }
    const inputTokens = estimateTokens(
      [request.system, ...request.messages.map(({ text }) => text)].join('\n'),
    )
    yield { type: 'usage', inputTokens, outputTokens: estimateTokens(thinking + text) }
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

const scriptFor = (request: ModelRequest): Script => {
  const asked = request.messages.at(-1)?.text.trimEnd() ?? ''
  const [, name = '', number = ''] = /(?:^|\n)mock: *(\w+)(?: +(\d+))?$/.exec(asked) ?? []
  const count = Math.min(Number(number || 200), maxWords)
  const defaults: Script = {
    thinking: request.thinking ? mockThinking : '',
    text: answer(request, asked),
    delay: defaultDelay,
    end: { type: 'end', reason: 'done' },
  }
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
    case 'context':
      return {
        ...defaults,
        text: request.messages.map(({ role, text }) => `[${role}]\n${text}`).join('\n\n'),
        delay: 0,
      }
    default:
      return defaults
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

It came with ${turns} of context. For real answers, start the relay with \`LLM_PROVIDER\` and \`LLM_BASE_URL\`.`
}
