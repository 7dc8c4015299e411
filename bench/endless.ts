// Endless replies of a local model server, in the form of each provider.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface EndlessReply {
  readonly provider: string
  /** Of the version, behind the server's address. */
  readonly path: string
  readonly type: 'text/event-stream' | 'application/x-ndjson'
  readonly begin: string
  readonly word: string
}

const event = (data: { readonly type: string } & Readonly<Record<string, unknown>>): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
const at = { item_id: 'item', output_index: 0, content_index: 0 }

export const endlessReplies: readonly EndlessReply[] = [
  {
    provider: 'openai-compatible',
    path: '/v1',
    type: 'text/event-stream',
    begin: '',
    word: `data: ${JSON.stringify({
      id: 'bench',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'bench',
      choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }],
    })}\n\n`,
  },
  {
    provider: 'anthropic',
    path: '/v1',
    type: 'text/event-stream',
    begin:
      event({
        type: 'message_start',
        message: {
          id: 'bench',
          type: 'message',
          role: 'assistant',
          model: 'bench',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      }) + event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    word: event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'word ' } }),
  },
  {
    provider: 'openai',
    path: '/v1',
    type: 'text/event-stream',
    begin:
      event({
        type: 'response.created',
        sequence_number: 0,
        response: { id: 'bench', object: 'response', created_at: 1, model: 'bench', status: 'in_progress' },
      }) +
      event({
        type: 'response.output_item.added',
        sequence_number: 1,
        output_index: 0,
        item: { id: 'item', type: 'message', role: 'assistant', content: [] },
      }),
    word: event({
      type: 'response.output_text.delta',
      sequence_number: 2,
      ...at,
      delta: 'word ',
      logprobs: [],
    }),
  },
  {
    provider: 'ollama',
    path: '',
    type: 'application/x-ndjson',
    begin: '',
    word: `${JSON.stringify({
      model: 'bench',
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content: 'word ' },
      done: false,
    })}\n`,
  },
]

export interface EndlessServer {
  readonly origin: string
  /** The provider and its server, as environment of a relay. */
  readonly env: Readonly<Record<string, string>>
  /** Resolves when the connection of the reply is closed. */
  closed(): Promise<void>
  close(): void
}

export const startEndlessServer = async (reply: EndlessReply): Promise<EndlessServer> => {
  let onClose: () => void = () => undefined
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      // A list of models, or what the model can do.
      if (request.method === 'GET' || request.url === '/api/show') {
        response.end('{}')
        return
      }
      response.writeHead(200, { 'Content-Type': reply.type })
      response.write(reply.begin)
      const timer = setInterval(() => response.write(reply.word), 5)
      response.on('close', () => {
        clearInterval(timer)
        onClose()
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    env: {
      LLM_PROVIDER: reply.provider,
      LLM_BASE_URL: `${origin}${reply.path}`,
      LLM_MODEL: 'bench',
      LLM_API_KEY: 'none',
    },
    closed: () => new Promise((resolve) => (onClose = resolve)),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
