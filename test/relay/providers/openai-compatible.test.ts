// What this provider has of its own; the rest is in wires.test.ts.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOpenAICompatible } from '../../../relay/providers/openai-compatible.ts'
import type { Provider } from '../../../shared/model/provider.ts'
import { collect, endOf, said } from '../../contract/provider.ts'
import { chatWire } from '../../support/model-server/chat.ts'
import { ModelServer } from '../../support/model-server/model-server.ts'
import { times } from '../../support/wires.ts'

let server: ModelServer
beforeEach(async () => {
  server = await ModelServer.open(chatWire)
})
afterEach(() => server.close())

const providerAt = (model: string | null, path = '/v1', apiKey: string | null = null): Provider =>
  createOpenAICompatible({ baseUrl: `${server.origin}${path}`, apiKey, model, imageModel: null }, times)

describe('openai-compatible', () => {
  test('asks the first model the server offers where none is configured, and no key', async () => {
    const events = await collect(providerAt(null), 'say hello')
    expect(events[0]).toEqual({ type: 'model', model: 'first-model' })
    const { headers, body } = server.connections[0]?.request ?? {}
    expect(body?.['model']).toBe('first-model')
    expect(body?.['stream_options']).toEqual({ include_usage: true })
    expect(headers?.authorization).toBe(undefined)
    server.models = []
    expect(endOf(await collect(providerAt(null), 'hello'))).toMatchObject({
      message: expect.stringContaining('LLM_MODEL'),
    })
  })

  test('asks for thinking and effort where the request does, and not otherwise', async () => {
    const provider = providerAt('m')
    for (const change of [{}, { thinking: true }, { effort: 'low' }, { effort: 'max' }] as const)
      await collect(provider, 'hello', undefined, change)
    expect(server.connections.map(({ request }) => request.body['reasoning_effort'])).toEqual([
      undefined,
      'medium',
      'low',
      'high',
    ])
  })

  test('an address without a path means its /v1', async () => {
    expect(said(await collect(providerAt('m', ''), 'say hello'), 'text')).toBe('You said hello.')
  })

  test('a word such as "none" for a key is not taken out of messages', async () => {
    const events = await collect(providerAt('m', '/v1', 'x'), 'be overloaded-always')
    expect(endOf(events)).toMatchObject({ message: expect.not.stringContaining('[key]') })
  })
})
