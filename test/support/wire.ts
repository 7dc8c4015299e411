// What may be between a page and the relay: a proxy that passes everything on, unless a test makes it drop messages,
// refuse large ones, or go down.
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { WebSocket, WebSocketServer, type RawData } from 'ws'

export class Wire {
  /** The most bytes of a message; a larger one closes its connection with 1009. */
  limit = Infinity
  /** Whether to lose this message. */
  drops: (message: Uint8Array, toRelay: boolean) => boolean = () => false
  /** How many connections were opened. */
  opened = 0
  /** Bytes of all messages that pages have sent, and of the largest one. */
  sent = 0
  largest = 0
  private isDown = false
  /** Connections on which nothing arrives any more, without being closed. */
  private readonly silent = new WeakSet<WebSocket>()
  private readonly target: URL
  private readonly server: Server
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: 0, perMessageDeflate: false })

  private constructor(target: URL, server: Server) {
    this.target = target
    this.server = server
  }

  static async start(origin: string): Promise<Wire> {
    const server = createServer()
    const wire = new Wire(new URL(origin), server)
    server.on('request', (incoming, answer) => wire.pass(incoming, answer))
    server.on('upgrade', (incoming, stream, head) => {
      if (wire.isDown) stream.destroy()
      else wire.sockets.handleUpgrade(incoming, stream, head, (page) => wire.join(page, incoming.url ?? ''))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return wire
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  get down(): boolean {
    return this.isDown
  }

  /** Cuts all connections and refuses new ones, or accepts them again. */
  set down(down: boolean) {
    this.isDown = down
    if (down) this.cut()
  }

  cut(): void {
    for (const page of this.sockets.clients) page.terminate()
    this.server.closeAllConnections()
  }

  /** As after a computer has slept: open connections are dead, new ones are not. */
  silence(): void {
    for (const page of this.sockets.clients) this.silent.add(page)
  }

  /** Sends every page a message that the relay never sent. */
  send(message: Uint8Array): void {
    for (const page of this.sockets.clients) page.send(message)
  }

  async stop(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private pass(incoming: IncomingMessage, answer: ServerResponse): void {
    if (this.isDown) return void answer.destroy()
    const { method, url, headers } = incoming
    const { host, hostname, port, origin } = this.target
    const own = { ...headers, host, ...(headers.origin === undefined ? {} : { origin }) }
    const outgoing = request({ hostname, port, method, path: url, headers: own }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      // If the relay breaks off, so does the response.
      pipeline(response, answer, () => undefined)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  }

  private join(page: WebSocket, path: string): void {
    this.opened++
    const relay = new WebSocket(`ws://${this.target.host}${path}`, { perMessageDeflate: false })
    const early: Uint8Array[] = []
    page.on('message', (data) => {
      const message = bytes(data)
      this.sent += message.length
      this.largest = Math.max(this.largest, message.length)
      if (message.length > this.limit) return page.close(1009, 'too big')
      if (this.silent.has(page) || this.drops(message, true)) return
      if (relay.readyState === WebSocket.OPEN) relay.send(message)
      else early.push(message)
    })
    relay.on('open', () => {
      for (const message of early.splice(0)) relay.send(message)
    })
    relay.on('message', (data) => {
      const message = bytes(data)
      if (!this.silent.has(page) && !this.drops(message, false)) page.send(message)
    })
    relay.on('error', () => page.terminate())
    page.on('error', () => relay.terminate())
    page.on('close', () => relay.terminate())
    relay.on('close', (code, reason) => {
      if (code === 1005 || code === 1006) page.terminate()
      else page.close(code, reason)
    })
  }
}

const bytes = (data: RawData): Uint8Array =>
  data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : Array.isArray(data)
      ? Buffer.concat(data)
      : new Uint8Array(data)
