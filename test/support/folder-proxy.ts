// A proxy in front of a relay: it serves the relay under /lab/, and passes this prefix on or removes it.
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export interface ProxyOptions {
  /** Whether the relay receives `/lab/x` unchanged, instead of as `/x`. */
  readonly keepsFolder: boolean
  /** Whether the relay receives the browser’s Host header. */
  readonly keepsHost: boolean
}

export class FolderProxy {
  private constructor(
    private readonly server: Server,
    private readonly upgraded: ReadonlySet<Duplex>,
    readonly address: string,
  ) {}

  /** `target` gives the port of the relay, which may not have started yet. */
  static async start(options: ProxyOptions, target: () => number): Promise<FolderProxy> {
    const passOn = (incoming: IncomingMessage) => {
      const path = options.keepsFolder ? incoming.url : incoming.url?.slice('/lab'.length)
      const host = options.keepsHost ? {} : { host: `127.0.0.1:${target()}` }
      return request({
        host: '127.0.0.1',
        port: target(),
        method: incoming.method ?? 'GET',
        path: path ?? '/',
        headers: { ...incoming.headers, ...host },
      })
    }
    const server = createServer((incoming, answer): void => {
      if (!incoming.url?.startsWith('/lab/')) {
        answer.writeHead(404).end('nothing but /lab/ here')
        return
      }
      const outgoing = passOn(incoming)
      outgoing.on('response', (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(answer)
      })
      outgoing.on('error', () => answer.destroy())
      incoming.pipe(outgoing)
    })
    const upgraded = new Set<Duplex>()
    server.on('upgrade', (incoming, browser) => {
      upgraded.add(browser)
      const outgoing = passOn(incoming)
      outgoing.on('upgrade', (response, relay) => {
        const headers = response.rawHeaders.reduce(
          (text, word, at) => text + word + (at % 2 === 0 ? ': ' : '\r\n'),
          '',
        )
        browser.write(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`)
        relay.pipe(browser)
        browser.pipe(relay)
        relay.on('error', () => browser.destroy())
        browser.on('error', () => relay.destroy())
      })
      outgoing.on('response', () => browser.destroy())
      outgoing.on('error', () => browser.destroy())
      outgoing.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return new FolderProxy(server, upgraded, `http://127.0.0.1:${port}/lab`)
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    for (const socket of this.upgraded) socket.destroy()
    if (!this.server.listening) return
    this.server.close()
    await once(this.server, 'close')
  }
}
