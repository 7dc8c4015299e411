// What newer versions of Anthropic's and Ollama's APIs, and servers that imitate them, send besides what we know.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ModelEvent } from '../../../shared/model/provider.ts'
import { collect, endOf, said } from '../../contract/provider.ts'
import { LoopbackServer } from '../../support/loopback-server.ts'
import { providerAt, wires } from '../../support/wires.ts'

class BytesServer extends LoopbackServer {
  body = ''
  protected override serve(request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    response.end(this.body)
  }
}

let server: BytesServer
beforeEach(async () => void (server = await new BytesServer().listen()))
afterEach(() => server.close())

const ask = (name: string, body: string): Promise<readonly ModelEvent[]> => {
  server.body = body
  const spoken = wires.find(({ wire }) => wire.name === name)
  if (spoken === undefined) throw new Error(`no wire ${name}`)
  return collect(providerAt(spoken, server.origin), 'hello')
}

describe('anthropic', () => {
  const events = (...all: readonly { readonly type: string }[]): string =>
    all.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  const start = (usage: unknown) => ({
    type: 'message_start',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: null,
      usage,
    },
  })
  const block = (index: number, type: string) => ({
    type: 'content_block_start',
    index,
    content_block: { type, text: '' },
  })
  const delta = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta })
  const stop = (index: number) => ({ type: 'content_block_stop', index })
  const reply = [block(1, 'text'), delta(1, { type: 'text_delta', text: 'ok' }), stop(1)]
  const usage = { input_tokens: 7, output_tokens: 1 }
  const end = [
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ]

  test.each([
    ['an event of a new kind', events(start(usage), { type: 'news' }, ...reply, ...end)],
    [
      'a block of a new kind',
      events(start(usage), block(0, 'news'), delta(0, { type: 'news' }), stop(0), ...reply, ...end),
    ],
    [
      'no counts',
      events(
        start(null),
        ...reply,
        { ...end[0], type: 'message_delta', usage: null } as never,
        ...end.slice(1),
      ),
    ],
    [
      'the whole message at once',
      JSON.stringify({
        ...start(usage).message,
        content: [{ type: 'text', text: 'ok' }],
        stop_reason: 'end_turn',
      }),
    ],
  ])('%s: the reply is there', async (_, body) => {
    const got = await ask('anthropic', body)
    expect(said(got, 'text')).toBe('ok')
    expect(endOf(got).reason).toBe('done')
  })

  test('an error of another form is told in its words', async () => {
    const got = await ask(
      'anthropic',
      events(start(usage), ...reply, { type: 'error', error: 'boom' } as never),
    )
    expect(endOf(got)).toMatchObject({ message: 'The model server reported an error: boom' })
  })
})

describe('ollama', () => {
  const line = (message: object | null, rest: object = {}): string =>
    `${JSON.stringify({ message, done: false, ...rest })}\n`
  const end = line({ content: '' }, { done: true, done_reason: 'stop' })

  test('members that are null are members that are not there', async () => {
    const nothing = line(
      { content: null, thinking: null, tool_calls: null },
      { error: null, done_reason: null },
    )
    const got = await ask('ollama', nothing + line(null) + line({ content: 'ok' }) + end)
    expect(said(got, 'text')).toBe('ok')
    expect(endOf(got).reason).toBe('done')
  })

  test('thinking in tags is thinking', async () => {
    const got = await ask(
      'ollama',
      line({ content: '<think>hmm' }) + line({ content: '</think>\n\nso' }) + end,
    )
    expect([said(got, 'thinking'), said(got, 'text')]).toEqual(['hmm', 'so'])
  })

  test('an error that is an object is told in its words', async () => {
    const got = await ask('ollama', line({ content: 'half' }) + line(null, { error: { message: 'boom' } }))
    expect(endOf(got)).toMatchObject({ message: 'The model server reported an error: boom' })
  })
})
