// What is particular to this provider; the rest is in wires.test.ts.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOpenAICompatible } from '../../../relay/providers/openai-compatible.ts'
import type { Provider } from '../../../shared/model/provider.ts'
import { collect, endOf } from '../../contract/provider.ts'
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
  test('uses the server’s first model if none is configured, and sends no key', async () => {
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

  test('requests thinking and effort only if the request does', async () => {
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

  test('does not remove a short placeholder key such as "none" from messages', async () => {
    const events = await collect(providerAt('m', '/v1', 'x'), 'be overloaded-always')
    expect(endOf(events)).toMatchObject({ message: expect.not.stringContaining('[key]') })
  })
})
