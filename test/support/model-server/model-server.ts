// A model server on loopback. The last word of the last message selects what it does (scripts.ts); the wire defines the
// form.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dropped, jsonOf, LoopbackServer, sendJson } from '../loopback-server.ts'
import { actsFor, type Act } from './scripts.ts'
import type { Wire } from './wire.ts'

// A parsed request, in the form of its wire.
type Body = Readonly<Record<string, unknown>>

interface Connection {
  readonly request: { readonly headers: IncomingMessage['headers']; readonly body: Body }
  /** Resolves if the client closes the connection before the response is complete. */
  readonly dropped: Promise<void>
}

export class ModelServer extends LoopbackServer {
  readonly connections: Connection[] = []
  models: readonly string[] = ['first-model', 'second-model']
  seeing: readonly string[] | null = null
  /** Replaces the last word. */
  script: string | null = null
  private readonly wire: Wire
  private readonly times = new Map<string, number>()

  private constructor(wire: Wire) {
    super()
    this.wire = wire
  }

  static open(wire: Wire): Promise<ModelServer> {
    return new ModelServer(wire).listen()
  }

  protected override async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { wire } = this
    const [path] = (request.url ?? '').split('?')
    if (path === wire.modelsPath) return sendJson(response, 200, wire.models(this.models, this.seeing))
    if (path !== wire.answerPath && path !== wire.show?.path)
      return sendJson(response, 404, wire.failure(404, 'not found'))
    const body = (await jsonOf(request)) as Body
    if (path === wire.show?.path)
      return sendJson(response, 200, wire.show?.answer(String(body['model']), this.seeing))
    this.connections.push({ request: { headers: request.headers, body }, dropped: dropped(response) })
    const script =
      this.script ??
      wire
        .lastText(body as never)
        .split(/\s/)
        .at(-1) ??
      ''
    const time = this.times.get(script) ?? 0
    this.times.set(script, time + 1)
    const key = request.headers['x-api-key'] ?? request.headers.authorization ?? ''
    await this.play(actsFor(script, String(key), time), String(body['model']), response)
  }

  private async play(acts: readonly Act[], model: string, response: ServerResponse): Promise<void> {
    const answer = this.wire.answer(model)
    const write = (frames: string): void => {
      if (!response.headersSent) {
        response.writeHead(200, { 'content-type': this.wire.contentType })
        response.write(answer.begin())
      }
      response.write(frames)
    }
    for (const act of acts) {
      switch (act.type) {
        case 'wait':
          // Simulates the time that a server takes; the test does not wait for it.
          await new Promise((resolve) => setTimeout(resolve, act.milliseconds))
          break
        case 'drop':
          if (!response.headersSent)
            response.writeHead(200, { 'content-type': this.wire.contentType }).flushHeaders()
          setImmediate(() => response.socket?.destroy())
          return
        case 'close':
          response.end(act.politely ? this.wire.politeEnd : '')
          return
        case 'garbage':
          response.end(
            this.wire.contentType.endsWith('ndjson') ? '{"message": {"cont\n' : 'data: {"type": "con\n\n',
          )
          return
        case 'silence':
          return
        case 'chatter': {
          const timer = setInterval(() => write(answer.write({ type: 'text', text: 'word ' })), 10)
          response.on('close', () => clearInterval(timer))
          return
        }
        case 'status':
          for (const [name, value] of Object.entries(act.headers ?? {})) response.setHeader(name, value)
          return sendJson(response, act.status, this.wire.failure(act.status, act.message))
        case 'text':
        case 'thinking':
        case 'call':
        case 'finish':
        case 'error':
          write(answer.write(act))
          break
        default:
          act satisfies never
      }
    }
    response.end()
  }
}
