// What a model server does for a prompt, selected by the prompt’s last word.
import type { Step } from './wire.ts'

/** `after`: milliseconds from the step before. */
export type Act =
  | Step
  | { readonly type: 'wait'; readonly milliseconds: number }
  /** The connection breaks. */
  | { readonly type: 'drop' }
  /** The body ends as if the reply were complete. */
  | { readonly type: 'close'; readonly politely?: true }
  | { readonly type: 'garbage' }
  /** Nothing more, and the connection stays open. */
  | { readonly type: 'silence' }
  /** Words without end. */
  | { readonly type: 'chatter' }
  | {
      readonly type: 'status'
      readonly status: number
      readonly message: string
      readonly headers?: Readonly<Record<string, string>>
    }

const text = (...texts: readonly string[]): readonly Act[] => texts.map((text) => ({ type: 'text', text }))
const think = (text: string): Act => ({ type: 'thinking', text })
const finish = (reason: 'stop' | 'calls' | 'length' | 'refused'): Act => ({ type: 'finish', reason })
const done = finish('stop')
const answer = (word: string): readonly Act[] => [...text('You said ', word, '.'), done]

const call = (id: string, pieces: readonly string[], cut?: true): Act => ({
  type: 'call',
  id,
  name: 'read_cells',
  pieces,
  ...(cut === undefined ? {} : { cut }),
})

const kilobyte = `${'x'.repeat(99)}\n`.repeat(10) + 'y'.repeat(24)
export const longReply = kilobyte.repeat(100)

/** The acts for the nth request; the last list is for all further ones. `authorization`: what the client sent. */
export const scripts: Readonly<
  Record<string, (authorization: string) => readonly [readonly Act[], ...(readonly Act[])[]]>
> = {
  think: () => [[think('let me '), think('see'), ...text('seen'), done]],
  call: () => [
    [
      ...text('I look.'),
      call('call-1', ['{"ids": ["a', '", "b"]', '}']),
      call('call-2', ['{"ids', '": []}']),
      finish('calls'),
    ],
  ],
  'think-and-call': () => [
    [think('which?'), ...text('I look.'), call('call-1', ['{"ids": []}']), finish('calls')],
  ],
  limit: () => [[...text('as far ', 'as'), finish('length')]],
  'limit-in-call': () => [[...text('I look.'), call('call-1', ['{"ids": ["a'], true), finish('length')]],
  refuse: () => [[...text('as far as '), finish('refused')]],
  'error-first': () => [[{ type: 'error', message: 'too busy' }], answer('error-first')],
  'error-always': () => [[{ type: 'error', message: 'too busy' }]],
  fail: (authorization) => [
    [
      ...text('half'),
      { type: 'wait', milliseconds: 20 },
      { type: 'error', message: `fell over with ${authorization}` },
    ],
  ],
  drop: () => [[...text('half'), { type: 'wait', milliseconds: 50 }, { type: 'drop' }]],
  'drop-at-once': () => [[{ type: 'wait', milliseconds: 10 }, { type: 'drop' }]],
  'drop-once': () => [[{ type: 'wait', milliseconds: 10 }, { type: 'drop' }], answer('drop-once')],
  cut: () => [[...text('half'), { type: 'close' }]],
  'cut-politely': () => [[...text('half'), { type: 'close', politely: true }]],
  garbage: () => [[...text('half'), { type: 'garbage' }]],
  busy: () => [
    [{ type: 'status', status: 429, message: 'rate limited', headers: { 'retry-after': '0' } }],
    answer('busy'),
  ],
  'busy-for-long': () => [
    [{ type: 'status', status: 429, message: 'rate limited', headers: { 'retry-after': '900' } }],
  ],
  overloaded: () => [
    [{ type: 'status', status: 529, message: 'overloaded' }],
    [{ type: 'status', status: 529, message: 'overloaded' }],
    answer('overloaded'),
  ],
  'overloaded-always': () => [[{ type: 'status', status: 529, message: 'overloaded' }]],
  unauthorized: (authorization) => [
    [{ type: 'status', status: 401, message: `Incorrect API key provided: ${authorization}` }],
  ],
  nothing: () => [[done]],
  gone: () => [[{ type: 'status', status: 404, message: 'no such model' }]],
  'slow-start': () => [[{ type: 'wait', milliseconds: 400 }, ...answer('slow-start')]],
  silent: () => [[{ type: 'silence' }]],
  'one-token': () => [[...text('one '), { type: 'silence' }]],
  slow: () => [[{ type: 'chatter' }]],
  long: () => [[...Array.from({ length: 100 }, (): Act => ({ type: 'text', text: kilobyte })), done]],
}

export const actsFor = (script: string, authorization: string, time: number): readonly Act[] => {
  const times = scripts[script]?.(authorization) ?? [answer(script)]
  return times[Math.min(time, times.length - 1)] ?? []
}
