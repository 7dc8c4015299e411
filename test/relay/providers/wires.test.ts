// Every provider against a server that speaks its real protocol, for every way in which a reply can go.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ModelEvent, Provider } from '../../../shared/model/provider.ts'
import { StopController } from '../../../shared/model/stop.ts'
import { collect, endOf, providerContract, readCells, requestFor, said } from '../../contract/provider.ts'
import { ModelServer } from '../../support/model-server/model-server.ts'
import { longReply } from '../../support/model-server/scripts.ts'
import { refusal, told } from '../../support/model-server/wire.ts'
import { until } from '../../support/until.ts'
import { key, providerAt, wires } from '../../support/wires.ts'

const messageOf = (events: readonly ModelEvent[]): string => {
  const end = endOf(events)
  return 'message' in end ? end.message : ''
}
const interrupted = { type: 'end', reason: 'interrupted' } as const

describe.each(wires)('$wire.name', (spoken) => {
  const { wire } = spoken
  let server: ModelServer
  let provider: Provider
  beforeEach(async () => {
    server = await ModelServer.open(wire)
    provider = providerAt(spoken, server.origin)
  })
  afterEach(() => server.close())

  providerContract(
    () =>
      Promise.resolve({
        provider,
        answers: 'say hello',
        thinks: 'please think',
        calls: 'please call',
        fails: 'please fail',
        breaksOff: 'be cut',
        reachesLimit: 'reach the limit',
        isSlow: 'be slow',
        fallsSilent: 'say one-token',
      }),
    () => Promise.resolve(),
  )

  test('sends the requested model, the key, the system prompt, the messages and a limit', async () => {
    const events = await collect(provider, 'say hello', undefined, { model: 'vendor/named' })
    expect(events[0]).toEqual({ type: 'model', model: 'vendor/named' })
    const { headers, body } = server.connections[0]?.request ?? {}
    expect(`${String(headers?.authorization)} ${String(headers?.['x-api-key'])}`).toContain(key)
    expect(body?.['model']).toBe('vendor/named')
    const sent = JSON.stringify(body)
    expect(sent).toContain('You are under test.')
    expect(sent).toContain('say hello')
    expect(sent).toMatch(/"(max_tokens|max_output_tokens|num_predict)":\d+/)
  })

  test('reports the tokens, as far as the server does', async () => {
    const usage = (await collect(provider, 'say hello')).find(({ type }) => type === 'usage')
    const { cached, thinking } = wire.name === 'ollama' ? { cached: null, thinking: null } : told
    expect(usage).toEqual({
      type: 'usage',
      usage: { input: told.input, output: told.output, cached, thinking },
    })
  })

  test('receives several calls of one step complete and in order, after the text', async () => {
    const events = await collect(provider, 'please call', undefined, { tools: [readCells] })
    expect(said(events, 'text')).toBe('I look.')
    expect(events.filter(({ type }) => type === 'call')).toEqual([
      { type: 'call', id: 'call-1', name: 'read_cells', input: { ids: ['a', 'b'] } },
      { type: 'call', id: 'call-2', name: 'read_cells', input: { ids: [] } },
    ])
    expect(JSON.stringify(server.connections[0]?.request.body)).toContain('"description":"Reads cells."')
  })

  test('sends back the thinking that led to a call unchanged', async () => {
    const wanted = { tools: [readCells], thinking: true }
    const events = await collect(provider, 'do think-and-call', undefined, wanted)
    const end = endOf(events)
    if (end.reason !== 'calls') throw new Error(`it ended as ${end.reason}`)
    const calls = events.flatMap((event) => (event.type === 'call' ? [event] : []))
    await collect(provider, '', undefined, {
      ...wanted,
      messages: [
        { role: 'user', text: 'do think-and-call' },
        { role: 'assistant', text: said(events, 'text'), calls, turn: end.turn },
        { role: 'tool', answers: [{ id: 'call-1', name: 'read_cells', text: 'an answer' }] },
      ],
    })
    const sent = JSON.stringify(server.connections[1]?.request.body)
    expect(sent).toContain('an answer')
    expect(sent).toContain('I look.')
    expect(sent).toContain('which?')
    if (wire.name === 'anthropic' || wire.name === 'openai') expect(sent).toContain('signed')
  })

  test.each(['limit-in-call', 'limit'])(
    'ends "%s" with the output limit and no partial call',
    async (script) => {
      const events = await collect(provider, script, undefined, { tools: [readCells] })
      expect(endOf(events)).toEqual({ type: 'end', reason: 'length' })
      expect(events.filter(({ type }) => type === 'call')).toEqual([])
      expect(said(events, 'text')).not.toBe('')
    },
  )

  test.skipIf(wire.name === 'ollama')('reports a refusal, with its reason if there is one', async () => {
    const events = await collect(provider, 'please refuse')
    expect(endOf(events).reason).toBe('refused')
    expect(said(events, 'text') + messageOf(events)).toContain(refusal)
  })

  test.each(['busy', 'overloaded', 'drop-once', 'error-first'])(
    'retries what fails before the first token: %s',
    async (script) => {
      const events = await collect(provider, script)
      expect(said(events, 'text')).toBe(`You said ${script}.`)
      expect(endOf(events).reason).toBe('done')
      expect(events.filter(({ type }) => type === 'model')).toHaveLength(1)
      expect(server.connections).toHaveLength(script === 'overloaded' ? 3 : 2)
    },
  )

  test.each([
    ['fail', 'half', 1],
    ['drop', 'half', 1],
    ['garbage', 'half', 1],
    ['unauthorized', '', 1],
    ['gone', '', 1],
    ['busy-for-long', '', 1],
    ['overloaded-always', '', 3],
    ['error-always', '', 3],
    ['drop-at-once', '', 3],
  ])('reports "%s" as an error after "%s", with %i attempts', async (script, text, times) => {
    const events = await collect(provider, script)
    expect(endOf(events).reason).toBe('error')
    expect(said(events, 'text')).toBe(text)
    expect(server.connections).toHaveLength(times)
  })

  test.each([
    ['unauthorized', /401: Incorrect API key provided: .*\[key\].* relay.*key/],
    ['gone', /404: no such model\. Choose another model/],
    ['busy-for-long', /429: rate limited\. .*Regenerate in 900 s\./],
    ['overloaded-always', /529.*wait a little/],
    ['error-always', /too busy/],
    ['fail', /fell over with (Bearer )?\[key\]/],
    ['drop', /connection to the model server was lost/],
    ['drop-at-once', /connection to the model server was lost/],
  ])(
    'explains "%s" in its message with what to do, and neither message nor console has the key',
    async (script, message) => {
      const printed = (['log', 'info', 'warn', 'error'] as const).map((level) =>
        vi.spyOn(console, level).mockImplementation(() => undefined),
      )
      try {
        const events = await collect(provider, script)
        expect(messageOf(events)).toMatch(message)
        expect(JSON.stringify(events)).not.toContain(key)
        expect(printed.map((spy) => spy.mock.calls)).toEqual(printed.map(() => []))
      } finally {
        for (const spy of printed) spy.mockRestore()
      }
    },
  )

  test('is interrupted if the stream ends without a finish reason, even if the server says it is done', async () => {
    const events = await collect(provider, 'be cut-politely')
    expect(endOf(events)).toEqual(interrupted)
    expect(said(events, 'text')).toBe('half')
  })

  test('waits for a slow start, and receives 100 kB completely', async () => {
    expect(said(await collect(provider, 'a slow-start'), 'text')).toBe('You said slow-start.')
    expect(said(await collect(provider, 'be long'), 'text')).toBe(longReply)
  })

  test('ends after a silence, with the text so far and a message', async () => {
    const brief = providerAt(spoken, server.origin, { times: { silence: 60 } })
    const events = await collect(brief, 'say one-token')
    expect(said(events, 'text')).toBe('one ')
    expect(messageOf(events)).toContain('has sent nothing for')
    await server.connections[0]?.dropped
    expect(
      messageOf(await collect(providerAt(spoken, server.origin, { times: { first: 600 } }), 'be silent')),
    ).toContain('has sent nothing for')
    expect(server.connections).toHaveLength(2)
  })

  test.each(['slow', 'silent', 'one-token'])(
    'closes the connection of a %s server when stopped',
    async (script) => {
      const stop = new StopController()
      const stream = collect(provider, script, stop)
      await until(() => server.connections.length === 1)
      stop.abort()
      expect(endOf(await stream)).toEqual(interrupted)
      await server.connections[0]?.dropped
    },
  )

  test('ends the wait for another attempt when stopped', async () => {
    const patient = providerAt(spoken, server.origin, { times: { retry: 60_000 } })
    const stop = new StopController()
    const stream = collect(patient, 'overloaded', stop)
    await until(() => server.connections.length === 1)
    stop.abort()
    expect(await stream).toEqual([{ type: 'model', model: 'a-model' }, interrupted])
  })

  test('closes the connection when the consumer leaves', async () => {
    for await (const event of provider.stream(requestFor('slow'), new StopController()))
      if (event.type === 'text') break
    await server.connections[0]?.dropped
  })

  test('lists the models of the server, and reports one that cannot be reached', async () => {
    const listed = await provider.models()
    expect(listed.ok && listed.models.map(({ id }) => id)).toEqual(['first-model', 'second-model'])
    const { origin } = server
    await server.close()
    expect((await provider.models()).ok).toBe(false)
    const events = await collect(providerAt(spoken, origin), 'hello')
    expect(messageOf(events)).toMatch(/cannot be reached: connect ECONNREFUSED/)
    server = await ModelServer.open(wire)
  })
})
