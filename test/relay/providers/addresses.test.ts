// Addresses and keys as people have them: with more or less of a path, with quotes from a file.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { collect } from '../../contract/provider.ts'
import { modelSettings } from '../../support/model-settings.ts'

let server: Server
let asked: string[] = []
beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(
      `${request.url ?? ''} ${String(request.headers['x-api-key'] ?? request.headers.authorization)}`,
    )
    response.writeHead(400).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const chat = '/v1/chat/completions Bearer key-1234'
test.each([
  ['openai-compatible', '', chat],
  ['openai-compatible', '/', chat],
  ['openai-compatible', '/v1/', chat],
  ['openai-compatible', '/v1/chat/completions', chat],
  ['openai-compatible', '/v1/models', chat],
  ['openai-compatible', '/lab/v1/?api-version=1', '/lab/v1/chat/completions?api-version=1 Bearer key-1234'],
  ['anthropic', '', '/v1/messages key-1234'],
  ['anthropic', '/v1/messages', '/v1/messages key-1234'],
  ['openai', '', '/v1/responses Bearer key-1234'],
  ['openai', '/v1/responses', '/v1/responses Bearer key-1234'],
  ['ollama', '/', '/api/chat Bearer key-1234'],
  ['ollama', '/v1', '/api/chat Bearer key-1234'],
  ['ollama', '/api', '/api/chat Bearer key-1234'],
  ['ollama', '/api/chat', '/api/chat Bearer key-1234'],
])('%s at "%s" is asked at %s', async (id, path, expected) => {
  const { port } = server.address() as AddressInfo
  const { providers } = modelSettings({
    LLM_PROVIDER: id,
    LLM_BASE_URL: ` "http://127.0.0.1:${port}${path}" `,
    LLM_API_KEY: "'key-1234'\n",
    LLM_MODEL: '"m"',
  })
  const provider = providers?.[0].create()
  if (provider === undefined) throw new Error('no provider')
  await collect(provider, 'hello')
  expect(asked).toEqual([expected])
})

test.each(['sk-1234\nsk-5678', 'sk-12 34', 'sk-1234…', 'Bearer sk-1234'])(
  'what cannot be a key is refused at the start, and not repeated: %j',
  (key) => {
    const start = () => modelSettings({ LLM_PROVIDER: 'anthropic', ANTHROPIC_API_KEY: key })
    expect(start).toThrow('a key of plain characters without blanks in ANTHROPIC_API_KEY')
    expect(start).not.toThrow('1234')
  },
)
