// A local HTTP or HTTPS server (with an untrusted certificate) that allows any origin to read its responses and records all
// requests.
import { readFile } from 'node:fs/promises'
import {
  createServer as createPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

export class OpenServer {
  readonly requests: Asked[] = []

  private constructor(
    private readonly server: Server,
    private readonly scheme: 'http' | 'https',
  ) {}

  /** `answers`: text by path; `->URL` redirects. */
  static async open(
    scheme: 'http' | 'https',
    answers: Readonly<Record<string, string>>,
  ): Promise<OpenServer> {
    const pem = await readFile(new URL('./localhost.pem', import.meta.url))
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request
        opened.requests.push({ method, path, headers, body: Buffer.concat(chunks).toString() })
        const text = answers[path]
        response.setHeader('Access-Control-Allow-Origin', '*')
        if (text?.startsWith('->')) response.writeHead(302, { Location: text.slice(2) })
        else response.writeHead(text === undefined ? 404 : 200, { 'Content-Type': 'text/plain' })
        response.end(text ?? 'nothing here')
      })
    }
    const server = scheme === 'https' ? createServer({ key: pem, cert: pem }, answer) : createPlain(answer)
    const opened = new OpenServer(server, scheme)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return opened
  }

  get origin(): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  close(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }
}
