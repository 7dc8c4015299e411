import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { until } from '../../support/until.ts'
import { createOpenAICompatible } from '../../../relay/providers/openai-compatible.ts'
import type { ModelEvent, Provider } from '../../../shared/model/provider.ts'
import { Stop } from '../../../shared/model/stop.ts'
import { collect, providerContract, requestFor, said } from '../../contract/provider.ts'
import { ChatServer } from '../../support/chat-server.ts'

const key = 'sk-very-secret-0123456789'

const providerAt = (origin: string, model: string | null = null, apiKey: string | null = key): Provider =>
  createOpenAICompatible({ baseUrl: `${origin}/v1`, apiKey, model, imageModel: null })

const messageOf = (events: readonly ModelEvent[]): string => {
  const end = events.at(-1)
  return end?.type === 'end' && end.reason === 'error' ? end.message : ''
}

let server: ChatServer
beforeEach(async () => {
  server = await ChatServer.open()
})
afterEach(() => server.close())

describe('openai-compatible', () => {
  providerContract(
    () =>
      Promise.resolve({
        provider: providerAt(server.origin),
        answers: 'say hello',
        thinks: 'please think',
        fails: 'please fail',
        breaksOff: 'be cut',
        reachesLimit: 'reach the limit',
        isSlow: 'be slow',
      }),
    () => Promise.resolve(),
  )

  test('asks the first model the server offers, with the key, the system prompt and a limit', async () => {
    const events = await collect(providerAt(server.origin), 'say hello')
    expect(said(events, 'text')).toBe('You said hello.')
    expect(events).toContainEqual({ type: 'usage', inputTokens: 11, outputTokens: 7 })
    expect(server.connections[0]?.heard).toMatchObject({
      authorization: `Bearer ${key}`,
      body: {
        model: 'first-model',
        max_tokens: 1_000,
        stream_options: { include_usage: true },
        messages: [
          { role: 'system', content: 'You are under test.' },
          { role: 'user', content: 'say hello' },
        ],
      },
    })
  })

  test('asks the configured model, and one that the request names before it', async () => {
    const provider = providerAt(server.origin, 'chosen', null)
    await collect(provider, 'hello')
    for await (const _ of provider.stream({ ...requestFor('hello'), model: 'named' }, new Stop()));
    expect(server.connections.map(({ heard }) => heard.body.model)).toEqual(['chosen', 'named'])
    expect(server.connections[0]?.heard.authorization).toBe(undefined)
  })

  test('asks for thinking where the request does, and not otherwise', async () => {
    const provider = providerAt(server.origin)
    await collect(provider, 'hello')
    for await (const _ of provider.stream({ ...requestFor('hello'), thinking: true }, new Stop()));
    expect(server.connections.map(({ heard }) => heard.body.reasoning_effort)).toEqual([undefined, 'medium'])
  })

  test('an address without a path means its /v1', async () => {
    const provider = createOpenAICompatible({
      baseUrl: server.origin,
      apiKey: null,
      model: null,
      imageModel: null,
    })
    expect(said(await collect(provider, 'hello'), 'text')).toBe('You said hello.')
  })

  test('a refusal for a moment is tried again', async () => {
    const events = await collect(providerAt(server.origin), 'are you busy')
    expect(said(events, 'text')).toBe('You said after a refusal.')
    expect(server.connections).toHaveLength(2)
  })

  test.each([
    ['unauthorized', /401: Incorrect API key provided: Bearer \[key\]/],
    ['fail', /backend fell over with Bearer \[key\]/],
    ['html', /502/],
    ['filtered', /content filter/],
    ['drop', /connection to the model broke off/],
    ['drop-at-once', /connection to the model broke off/],
    ['garbage', /./],
  ])(
    'the message of "%s" says what happened and holds no key, nor does anything printed',
    async (script, message) => {
      const printed = (['log', 'info', 'warn', 'error'] as const).map((level) =>
        vi.spyOn(console, level).mockImplementation(() => undefined),
      )
      try {
        const events = await collect(providerAt(server.origin, 'm'), script)
        expect(messageOf(events)).toMatch(message)
        expect(JSON.stringify(events)).not.toContain(key)
        expect(JSON.stringify(printed.map((spy) => spy.mock.calls))).not.toContain(key)
      } finally {
        for (const spy of printed) spy.mockRestore()
      }
    },
  )

  test('an end without a finish reason is interrupted also where the server says it is done', async () => {
    const events = await collect(providerAt(server.origin), 'be cut-politely')
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'interrupted' })
    expect(said(events, 'text')).toBe('half')
  })

  test('a slow start is waited for', async () => {
    expect(said(await collect(providerAt(server.origin), 'a slow-start'), 'text')).toBe('You said at last.')
  })

  // Neither server ends an answer itself.
  test.each(['slow', 'silent'])('a stop closes the connection of a %s server', async (script) => {
    const stop = new Stop()
    const stream = collect(providerAt(server.origin, 'm'), script, stop)
    await until(() => server.connections.length === 1)
    stop.abort()
    const [events] = await Promise.all([stream, server.connections[0]?.dropped])
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'interrupted' })
  })

  test('a listener that leaves closes the connection', async () => {
    for await (const event of providerAt(server.origin, 'm').stream(requestFor('slow'), new Stop()))
      if (event.type === 'text') break
    await server.connections[0]?.dropped
  })

  test('a server that is not there, or offers nothing, is said so', async () => {
    const { origin } = server
    server.models = []
    expect(messageOf(await collect(providerAt(origin), 'hello'))).toContain('LLM_MODEL')
    await server.close()
    const events = await collect(providerAt(origin), 'hello')
    expect(messageOf(events)).toMatch(/cannot be reached: connect ECONNREFUSED/)
    expect((await providerAt(origin).models()).ok).toBe(false)
    server = await ChatServer.open()
  })

  test('a word such as "none" for a key does not turn up in the messages as one', async () => {
    const provider = providerAt(server.origin, 'm', 'x')
    expect(messageOf(await collect(provider, 'be filtered'))).toBe(
      "The provider's content filter ended the reply.",
    )
  })
})
