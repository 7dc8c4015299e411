// Lists of models in the forms in which servers send them, and what is taken from them.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { detectProvider } from '../../../relay/providers/detect.ts'
import { createOpenAICompatible } from '../../../relay/providers/openai-compatible.ts'
import type { Provider } from '../../../shared/model/provider.ts'
import { collect } from '../../contract/provider.ts'
import { LoopbackServer, sendJson } from '../../support/loopback-server.ts'
import { modelSettings } from '../../support/model-settings.ts'
import { times } from '../../support/wires.ts'

class ListServer extends LoopbackServer {
  list: unknown = { data: [] }
  /** Of Ollama's models; it describes them once this has resolved. */
  capabilities: Readonly<Record<string, readonly string[]>> = {}
  described: Promise<unknown> = Promise.resolve()
  readonly asked: string[] = []

  protected override async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { url = '' } = request
    this.asked.push(url)
    if (url !== '/api/show') return sendJson(response, 200, this.list)
    await this.described
    const { model } = JSON.parse(Buffer.concat(chunks).toString()) as { model: string }
    sendJson(response, 200, { capabilities: this.capabilities[model] ?? ['completion'] })
  }
}

let server: ListServer
beforeEach(async () => void (server = await new ListServer().listen()))
afterEach(() => server.close())

const provider = (contextLength: number | null = null): Provider =>
  createOpenAICompatible(
    { baseUrl: `${server.origin}/v1`, apiKey: null, model: null, imageModel: null, contextLength },
    times,
  )

test.each([
  ['an array alone', [{ id: 'a', display_name: 'A' }, { id: 'b' }], ['A', 'b']],
  ['entries of another form among them', { data: [null, 7, { id: 'a', name: null }, {}] }, ['a']],
  ['Ollama’s names', { models: [{ name: 'a' }, { model: 'b' }] }, ['a', 'b']],
  ['a model twice', { data: [{ id: 'a' }, { id: 'a' }] }, ['a']],
  [
    'members of other types',
    { data: [{ id: 'a', context_length: 'long', meta: 1, architecture: [] }] },
    ['a'],
  ],
])('a list with %s is read', async (_, list, names) => {
  server.list = list
  const found = await provider().models()
  expect(found.ok && found.models.map(({ name }) => name)).toEqual(names)
})

test.each([
  ['vLLM', { max_model_len: 8_192 }],
  ['llama.cpp', { meta: { n_ctx: 8_192, n_ctx_train: 131_072 } }],
  ['OpenRouter', { context_length: 8_192 }],
  ['Mistral', { max_context_length: 8_192 }],
  ['Groq', { context_window: 8_192 }],
])('a request fits into the context that %s names', async (_, members) => {
  server.list = { data: [{ id: 'a', ...members }] }
  const asked = provider()
  expect((await asked.sight('')).room).toBe(4_894)
  expect((await asked.sight('a')).room).toBe(4_894)
  expect((await asked.sight('other')).room).toBe(null)
})

test('LLM_CONTEXT_LENGTH limits the request and the answer', async () => {
  const { providers } = modelSettings({
    LLM_BASE_URL: server.origin,
    LLM_MODEL: 'a',
    LLM_CONTEXT_LENGTH: '4096',
  })
  expect(providers?.[0].create().maxInputTokens).toBe(3_072)
  expect(() => modelSettings({ LLM_BASE_URL: server.origin, LLM_CONTEXT_LENGTH: '4k' })).toThrow(
    'a number of tokens from 2048 in LLM_CONTEXT_LENGTH',
  )
})

const detected = (): Promise<Provider> =>
  detectProvider(modelSettings({}).detected, { ollama: server.origin, llamaCpp: 'http://127.0.0.1:9/v1' })

test('Ollama is detected while it takes long to describe its models, which happens once', async () => {
  let describe = (): void => undefined
  server.described = new Promise<void>((resolve) => (describe = resolve))
  server.list = {
    models: [
      { name: 'a', digest: '1' },
      { name: 'b', digest: '2' },
    ],
  }
  const found = await detected()
  expect(found.label).toContain('Ollama')
  describe()
  const descriptions = (): number => server.asked.filter((path) => path === '/api/show').length
  await found.models()
  expect(descriptions()).toBe(2)
  await collect(found, 'hello')
  expect(descriptions()).toBe(2)
  server.list = { models: [{ name: 'a', digest: '3' }] }
  await found.models()
  expect(descriptions()).toBe(3)
})

test('a model for embeddings is not among those that Ollama offers', async () => {
  server.list = { models: [{ name: 'embeds' }, { name: 'answers' }] }
  server.capabilities = { embeds: ['embedding'] }
  expect(await collect(await detected(), 'hello')).toContainEqual({ type: 'model', model: 'answers' })
})
