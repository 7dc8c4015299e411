// Which provider is detected without configuration, and how several providers are configured.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { detectProvider } from '../../../relay/providers/detect.ts'
import { createProviders } from '../../../relay/providers/registry.ts'
import { collect, said } from '../../contract/provider.ts'
import { chatWire } from '../../support/model-server/chat.ts'
import { ModelServer } from '../../support/model-server/model-server.ts'
import { ollamaWire } from '../../support/model-server/ollama.ts'
import type { Wire } from '../../support/model-server/wire.ts'
import { modelSettings } from '../../support/model-settings.ts'
import { TestRelay } from '../../support/relay.ts'

const servers: ModelServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})
const open = async (wire: Wire): Promise<ModelServer> => {
  const server = await ModelServer.open(wire)
  servers.push(server)
  return server
}
const none = modelSettings({}).detected
/** A URL where nothing listens any more. */
const nobody = async (): Promise<string> => {
  const server = await ModelServer.open(chatWire)
  const { origin } = server
  await server.close()
  return origin
}

test('Ollama is detected first, then llama.cpp, else the mock is used; the label says what and where', async () => {
  const [ollama, llamaCpp, gone] = [await open(ollamaWire), await open(chatWire), await nobody()]
  const found = await detectProvider(none, { ollama: ollama.origin, llamaCpp: `${llamaCpp.origin}/v1` })
  expect(found.label).toBe(`Ollama, found at ${new URL(ollama.origin).host}`)
  expect(said(await collect(found, 'say hello'), 'text')).toBe('You said hello.')
  expect(ollama.connections[0]?.request.body).toMatchObject({
    model: 'first-model',
    options: { num_ctx: 16_384 },
  })

  const second = await detectProvider(none, { ollama: gone, llamaCpp: `${llamaCpp.origin}/v1` })
  expect(second.label).toBe(`llama.cpp, found at ${new URL(llamaCpp.origin).host}`)
  expect(said(await collect(second, 'say hello'), 'text')).toBe('You said hello.')

  const { detected } = modelSettings({ LLM_MODEL: 'second-model', OLLAMA_CONTEXT_LENGTH: '4096' })
  await collect(await detectProvider(detected, { ollama: ollama.origin, llamaCpp: gone }), 'hello')
  expect(ollama.connections.at(-1)?.request.body).toMatchObject({
    model: 'second-model',
    options: { num_ctx: 4_096 },
  })

  // A server without a model cannot answer.
  ollama.models = []
  expect((await detectProvider(none, { ollama: ollama.origin, llamaCpp: gone })).label).toContain('mock')
})

test('a program on one of the ports that does not answer delays nothing', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  expect((await detectProvider(none, { ollama: address, llamaCpp: address })).label).toContain('mock')
})

test('several providers have their own keys and models, and LLM_… is for the first one', async () => {
  const [first, second] = [await open(chatWire), await open(ollamaWire)]
  const chosen = modelSettings({
    LLM_PROVIDER: 'openai-compatible, ollama',
    LLM_BASE_URL: `${first.origin}/v1`,
    LLM_API_KEY: 'key-of-the-first',
    LLM_MODEL: 'model-of-the-first',
    OLLAMA_BASE_URL: `${second.origin}/`,
    OLLAMA_MODEL: 'qwen3:8b',
    OLLAMA_CONTEXT_LENGTH: '8192',
  })
  for (const provider of await createProviders(chosen)) await collect(provider, 'hello')
  expect(first.connections[0]?.request).toMatchObject({
    headers: { authorization: 'Bearer key-of-the-first' },
    body: { model: 'model-of-the-first' },
  })
  expect(second.connections[0]?.request.headers.authorization).toBe(undefined)
  expect(second.connections[0]?.request.body).toMatchObject({
    model: 'qwen3:8b',
    options: { num_ctx: 8192, num_predict: 1_000 },
  })
})

test('the relay lists its providers’ models, the default one, and providers that cannot be reached', async () => {
  const [first, second] = [await open(chatWire), await open(ollamaWire)]
  const model = modelSettings({
    LLM_PROVIDER: 'openai-compatible,ollama',
    LLM_BASE_URL: `${first.origin}/v1`,
    OLLAMA_BASE_URL: second.origin,
  })
  const relay = await TestRelay.start({}, {}, { model })
  onTestFinished(() => relay.stop())
  const list = async (): Promise<unknown> => {
    const models = (await (await relay.request('/api/models')).json()) as readonly { sight: unknown }[]
    return models.map(({ sight, ...model }) => {
      expect(sight).toMatchObject({ sees: null })
      return model
    })
  }
  const of = { provider: 'openai-compatible', label: `models at ${new URL(first.origin).host}` }
  const ollama = { provider: 'ollama', label: `models at ${new URL(second.origin).host} (Ollama)` }
  const firstModels = [
    { ...of, id: 'first-model', name: 'first-model', usual: true },
    { ...of, id: 'second-model', name: 'second-model', usual: false },
  ]
  expect(await list()).toEqual([
    ...firstModels,
    { ...ollama, id: 'first-model', name: 'first-model (8.0B)', usual: false },
    { ...ollama, id: 'second-model', name: 'second-model (8.0B)', usual: false },
  ])
  await second.close()
  servers.pop()
  expect(await list()).toEqual([
    ...firstModels,
    {
      ...ollama,
      id: '',
      name: ollama.label,
      usual: false,
      problem: expect.stringContaining('cannot be reached'),
    },
  ])
  await first.close()
  servers.pop()
  expect((await relay.request('/api/models')).status).toBe(502)
})
