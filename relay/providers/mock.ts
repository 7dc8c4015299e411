// A model for when none is configured: it says that it is one, and streams like one, so that everything around it
// can be tried and tested. The same request gets the same text. A last line of the prompt can ask for more:
//
//   mock: slow 200   200 numbered words, one each 20 ms
//   mock: fast 200   the same without a pause
//   mock: think      some thinking before the usual answer
//   mock: fail       a few words, then a provider's error
//   mock: cut        a few words, then the end of the stream without a finish
//   mock: limit      a few words, then the end of the token budget
//   mock: context    the messages it was sent, word for word
import { setTimeout as pause } from 'node:timers/promises'
import { estimateTokens } from '../../shared/context/budget.ts'
import type {
  ModelEvent,
  ModelRequest,
  PictureRequest,
  Provider,
  StopSignal,
} from '../../shared/model/provider.ts'
import { followed } from './abort.ts'
import { mockPicture } from './mock-picture.ts'

const noThoughts = 'A mock has no thoughts, but it can show where they would be.'
const label = 'mock (no model is configured)'
/** Milliseconds between two pieces. */
const [usualPace, slowPace] = [8, 20]
const maxWords = 100_000
/** Longer than anybody waits. */
const slowPicture = 600_000

/** What is streamed: words with a pause before each, then one end. */
interface Script {
  readonly thinking: string
  readonly text: string
  readonly pace: number
  readonly end: ModelEvent & { readonly type: 'end' }
}

export const createMock = (): Provider => ({
  id: 'mock',
  label,
  models: () => Promise.resolve({ ok: true, models: [{ id: 'mock', name: label }] }),
  stream: play,
  image: draw,
})

/** `mock: slow` waits until it is stopped, `mock: fail` fails. */
async function* draw(
  { prompt }: PictureRequest,
  stop: StopSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  const { signal, release } = followed(stop)
  try {
    const [, name = ''] = /(?:^|\n)mock: *(\w+)$/.exec(prompt.trimEnd()) ?? []
    if (name === 'slow') await passed(slowPicture, signal)
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

async function* play(request: ModelRequest, stop: StopSignal): AsyncGenerator<ModelEvent, void, undefined> {
  const { signal, release } = followed(stop)
  const { thinking, text, pace, end } = scriptFor(request)
  try {
    for (const [type, whole] of [
      ['thinking', thinking],
      ['text', text],
    ] as const)
      for (const piece of whole.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
        if (pace > 0 && !(await passed(pace, signal))) break
        if (signal.aborted) break
        yield { type, text: piece }
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

/** False: aborted meanwhile. */
const passed = (ms: number, signal: AbortSignal): Promise<boolean> =>
  pause(ms, true, { signal }).catch((error: unknown) => {
    if (signal.aborted) return false
    throw error
  })

function scriptFor(request: ModelRequest): Script {
  const asked = request.messages.at(-1)?.text.trimEnd() ?? ''
  const [, name = '', number = ''] = /(?:^|\n)mock: *(\w+)(?: +(\d+))?$/.exec(asked) ?? []
  const count = Math.min(Number(number || 200), maxWords)
  const usual: Script = {
    thinking: request.thinking ? noThoughts : '',
    text: answer(request, asked),
    pace: usualPace,
    end: { type: 'end', reason: 'done' },
  }
  switch (name) {
    case 'slow':
      return { ...usual, text: numbered(count), pace: slowPace }
    case 'fast':
      return { ...usual, text: numbered(count), pace: 0 }
    case 'think':
      return { ...usual, thinking: noThoughts }
    case 'fail':
      return {
        ...usual,
        text: 'This is the mock, about to fail',
        end: { type: 'end', reason: 'error', message: 'The mock was asked to fail.' },
      }
    case 'cut':
      return { ...usual, text: 'This is the mock, cut in the', end: { type: 'end', reason: 'interrupted' } }
    case 'limit':
      return { ...usual, text: 'This is the mock, at the limit of', end: { type: 'end', reason: 'length' } }
    case 'context':
      return {
        ...usual,
        text: request.messages.map(({ role, text }) => `[${role}]\n${text}`).join('\n\n'),
        pace: 0,
      }
    default:
      return usual
  }
}

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `word${index + 1}`).join(' ')

function answer({ messages }: ModelRequest, asked: string): string {
  const question = asked.slice(asked.lastIndexOf('\n\n') + 1).trim()
  const shown = question.length > 200 ? `${question.slice(0, 200)}…` : question
  const turns = messages.length === 1 ? 'one message' : `${messages.length} messages`
  return `This is the **mock**: no model is configured, so nothing has thought about this prompt. You asked:

> ${shown.replaceAll('\n', '\n> ')}

It came with ${turns} of context. For real answers start the relay with \`LLM_PROVIDER\` and \`LLM_BASE_URL\` set.`
}
