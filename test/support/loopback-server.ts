// What the tests’ HTTP servers have in common: a free port on loopback, their URL, and how they are stopped.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export abstract class LoopbackServer {
  private readonly server = createServer((request, response) => void this.serve(request, response))

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  protected abstract serve(request: IncomingMessage, response: ServerResponse): void | Promise<void>
}

export const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

export const jsonOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString())
}

/** Resolves if the client closes the connection before the response is complete. */
export const dropped = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) =>
    response.on('close', () => {
      if (!response.writableFinished) resolve()
    }),
  )
