// A local model server with a chat completions API.
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Sends a chunk of a reply; `finish` is the finish reason of the last one. */
type Send = (delta: Record<string, string>, finish?: string) => void

export class ModelServer {
  private readonly server: Server

  private constructor(server: Server) {
    this.server = server
  }

  /** `answer` writes a reply and ends the response. */
  static async start(answer: (send: Send, response: ServerResponse) => void): Promise<ModelServer> {
    const server = createServer((request, response) => {
      request.resume()
      request.on('end', () => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' })
        answer((delta, finish) => {
          const choices = [{ index: 0, delta, finish_reason: finish ?? null }]
          const chunk = { id: 'bench', object: 'chat.completion.chunk', created: 1, model: 'bench', choices }
          response.write(`data: ${JSON.stringify(chunk)}\n\n`)
        }, response)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new ModelServer(server)
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`
  }

  close(): void {
    this.server.closeAllConnections()
    this.server.close()
  }
}
