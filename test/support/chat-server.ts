// A local model server with OpenAI's chat completions API. The last word of the last message selects how it responds.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface ChatBody {
  readonly model: string
  readonly max_tokens?: number
  readonly stream: boolean
  readonly reasoning_effort?: string
  readonly stream_options?: { readonly include_usage?: boolean }
  readonly messages: readonly { readonly role: string; readonly content: string }[]
}
interface ChatRequest {
  readonly authorization: string | undefined
  readonly body: ChatBody
}
export interface Connection {
  readonly request: ChatRequest
  /** Resolves if the client closes the connection before the response is complete. */
  readonly dropped: Promise<void>
}

export class ChatServer {
  readonly connections: Connection[] = []
  models: readonly string[] = ['first-model', 'second-model']
  private readonly server: Server
  private refusals = 0

  private constructor() {
    this.server = createServer((request, response) => void this.serve(request, response))
  }

  static async open(): Promise<ChatServer> {
    const chat = new ChatServer()
    await new Promise<void>((resolve) => chat.server.listen(0, '127.0.0.1', resolve))
    return chat
  }

  /** Without the version path. */
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/v1/models') {
      json(response, 200, { object: 'list', data: this.models.map((id) => ({ id, object: 'model' })) })
      return
    }
    if (request.url !== '/v1/chat/completions')
      return json(response, 404, { error: { message: 'not found' } })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ChatBody
    const chatRequest = { authorization: request.headers.authorization, body }
    const dropped = new Promise<void>((resolve) =>
      response.on('close', () => {
        if (!response.writableFinished) resolve()
      }),
    )
    this.connections.push({ request: chatRequest, dropped })
    this.answer(chatRequest, response)
  }

  private answer({ authorization, body }: ChatRequest, response: ServerResponse): void {
    const script = body.messages.at(-1)?.content.split(/\s/).at(-1) ?? ''
    const stream = new Chunks(response, body.model)
    switch (script) {
      case 'unauthorized':
        return json(response, 401, {
          error: {
            message: `Incorrect API key provided: ${authorization ?? ''}`,
            type: 'invalid_request_error',
          },
        })
      case 'busy':
        if (this.refusals++ === 0) {
          response.setHeader('retry-after-ms', '5')
          return json(response, 429, { error: { message: 'rate limited' } })
        }
        return stream.answer('after a refusal')
      case 'html':
        response.writeHead(502, { 'content-type': 'text/html', 'retry-after-ms': '5' })
        response.end(`<h1>Bad gateway</h1>${authorization}`)
        return
      case 'think':
        stream.delta({ reasoning_content: 'let me ' })
        stream.delta({ reasoning_content: 'see' })
        return stream.answer('seen')
      case 'fail':
        stream.delta({ content: 'half' })
        stream.send({ error: { message: `backend fell over with ${authorization}`, code: 500 } })
        response.end()
        return
      case 'drop':
        stream.delta({ content: 'half' })
        // After the first chunk was received, so that the stream breaks and not the request.
        setTimeout(() => response.socket?.destroy(), 50)
        return
      case 'drop-at-once':
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.flushHeaders()
        setImmediate(() => response.socket?.destroy())
        return
      case 'cut':
        stream.delta({ content: 'half' })
        response.end()
        return
      case 'cut-politely':
        stream.delta({ content: 'half' })
        stream.done()
        return
      case 'garbage':
        stream.delta({ content: 'half' })
        response.end('data: {"choices": [{"del\n\n')
        return
      case 'limit':
        stream.delta({ content: 'as far as' })
        return stream.finish('length')
      case 'filtered':
        stream.delta({ content: 'as far as' })
        return stream.finish('content_filter')
      case 'slow-start':
        setTimeout(() => stream.answer('at last'), 400)
        return
      case 'silent':
        return
      case 'slow': {
        const timer = setInterval(() => stream.delta({ content: 'word ' }), 10)
        response.on('close', () => clearInterval(timer))
        return
      }
      default:
        return stream.answer(script)
    }
  }
}

/** The chunks of one completion. */
class Chunks {
  private readonly response: ServerResponse
  private readonly model: string
  private started = false

  constructor(response: ServerResponse, model: string) {
    this.response = response
    this.model = model
  }

  send(value: unknown): void {
    if (!this.started) this.response.writeHead(200, { 'content-type': 'text/event-stream' })
    this.started = true
    this.response.write(`data: ${JSON.stringify(value)}\n\n`)
  }

  delta(delta: Record<string, string>, finish: string | null = null): void {
    const choices = [{ index: 0, delta, finish_reason: finish }]
    this.send({ id: 'chat-1', object: 'chat.completion.chunk', created: 1, model: this.model, choices })
  }

  answer(word: string): void {
    this.delta({ role: 'assistant', content: '' })
    for (const piece of ['You said ', word, '.']) this.delta({ content: piece })
    this.finish('stop')
  }

  finish(reason: string): void {
    this.delta({}, reason)
    this.send({
      id: 'chat-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: this.model,
      choices: [],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    })
    this.done()
  }

  done(): void {
    this.response.end('data: [DONE]\n\n')
  }
}

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
