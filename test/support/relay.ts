// A relay on a free port with its own folder, and sockets to connect to it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { parseSettings, type Settings } from '../../relay/config.ts'
import { startRelay, type Parts, type Relay } from '../../relay/main.ts'
import { parseRelayPresence, type RelayPresence } from '../../shared/presence.ts'

export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'llm-notebook-test-'))

export const settingsFor = (folder: string, change: Partial<Settings> = {}): Settings => {
  const parsed = parseSettings([folder, '--port', '0'], { LOG_LEVEL: 'silent', LLM_PROVIDER: 'mock' })
  if (!parsed.ok) throw new Error(parsed.problem)
  return { ...parsed.value, ...change }
}

// Each stock client adds a listener to the process, and tests have many clients.
process.setMaxListeners(0)

/** A notebook file like Jupyter's, with one code cell for each source. */
export const notebookText = (...sources: string[]): string =>
  `${JSON.stringify(
    {
      cells: sources.map((source, i) => ({
        cell_type: 'code',
        execution_count: null,
        id: `cell-${i}`,
        metadata: {},
        outputs: [],
        source: source.split(/(?<=\n)/),
      })),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  )}\n`

/** For tests of files: a snapshot soon after each edit. */
export const quickTimes = {
  quiet: 50,
  atMost: 200,
  retry: 50,
  retryAtMost: 200,
  settle: 20,
  pause: 100,
  longPause: 200,
}

/** The relay’s own presence state, as this client has it. */
export const relayPresenceOf = ({ awareness }: Pick<WebsocketProvider, 'awareness'>): RelayPresence | null =>
  [...awareness.getStates().values()].map(parseRelayPresence).find((presence) => presence !== null) ?? null

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** A socket that records the messages it receives. */
export class TestSocket {
  readonly socket: WebSocket
  readonly messages: Uint8Array[] = []
  readonly opened: Promise<void>
  readonly closed: Promise<Closed>

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers })
    this.socket.binaryType = 'nodebuffer'
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve)
      this.socket.once('error', reject)
    })
    this.opened.catch(() => undefined)
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    )
    this.socket.on('error', () => undefined)
    this.socket.on('message', (data) => this.messages.push(new Uint8Array(data as Buffer)))
  }

  get open(): boolean {
    return this.socket.readyState === WebSocket.OPEN
  }
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export class TestRelay {
  readonly folder: string
  private relay: Relay
  private readonly home: Partial<Pick<Settings, 'home'>>
  private cleanups: (() => unknown)[] = []

  private constructor(folder: string, { home }: Partial<Settings>, relay: Relay) {
    this.folder = folder
    this.home = home === undefined ? {} : { home }
    this.relay = relay
  }

  /** `files`: contents by name, written to the folder before the start. */
  static async start(
    files: Record<string, string> = {},
    parts: Parts = {},
    change: Partial<Settings> | ((folder: string) => Partial<Settings>) = {},
  ): Promise<TestRelay> {
    const folder = await newFolder()
    const changed = typeof change === 'function' ? change(folder) : change
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    return new TestRelay(folder, changed, await startRelay(settingsFor(folder, changed), parts))
  }

  get origin(): string {
    return `http://127.0.0.1:${this.relay.port}`
  }

  get address(): string {
    return this.relay.address
  }

  get port(): number {
    return this.relay.port
  }

  syncUrl(path: string, query = ''): string {
    return `ws://127.0.0.1:${this.relay.port}/sync/${encodeURIComponent(path)}${query}`
  }

  socket(path: string, query = '', headers: Record<string, string> = {}): TestSocket {
    const socket = new TestSocket(this.syncUrl(path, query), headers)
    this.cleanups.push(() => socket.socket.terminate())
    return socket
  }

  /** A stock y-websocket client with its own document. */
  client(path: string, params: Record<string, string> = {}): WebsocketProvider {
    const provider = new WebsocketProvider(
      `ws://127.0.0.1:${this.relay.port}/sync`,
      encodeURIComponent(path),
      new Y.Doc(),
      { WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket, disableBc: true, params },
    )
    // A stock client would log an error for these message types.
    for (const type of [103, 105, 106]) provider.messageHandlers[type] = () => undefined
    this.cleanups.push(() => {
      provider.destroy()
      provider.awareness.destroy()
    })
    return provider
  }

  async synced(path: string, params: Record<string, string> = {}): Promise<WebsocketProvider> {
    const provider = this.client(path, params)
    await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
    return provider
  }

  file(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8')
  }

  /** A request as a hostile program sends it: fetch would normalise the path and refuse the headers. */
  raw(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port: this.port, path, method, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      })
      sent.on('error', reject)
      sent.end()
    })
  }

  request(
    path: string,
    method = 'GET',
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** Stops the relay and keeps its folder. */
  pause(): Promise<void> {
    return this.relay.close()
  }

  async resume(parts: Parts = {}): Promise<void> {
    this.relay = await startRelay(settingsFor(this.folder, this.home), parts)
  }

  async restart(parts: Parts = {}): Promise<void> {
    await this.pause()
    await this.resume(parts)
  }

  async stop(): Promise<void> {
    for (const cleanUp of this.cleanups.splice(0)) cleanUp()
    await this.relay.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
