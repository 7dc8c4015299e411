// A server on loopback with what the CDN of Pyodide's distribution and PyPI have: wheels, and index pages of them.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Wheel } from './wheel.ts'

export class PackageServer {
  /** Paths asked for, in order. */
  readonly asked: string[] = []
  /** Wheels by path; a test may put others there. */
  readonly files = new Map<string, Buffer>()
  /** Index pages by project. */
  readonly pages = new Map<string, unknown>()
  readonly redirects = new Map<string, string>()
  private readonly server: Server
  private held: (() => void)[] | null = null

  private constructor() {
    this.server = createServer((request, response) => {
      this.asked.push(request.url ?? '')
      const go = (): void => this.answer(request, response)
      if (this.held === null) go()
      else this.held.push(go)
    })
  }

  static async open(): Promise<PackageServer> {
    const packages = new PackageServer()
    await new Promise<void>((resolve) => packages.server.listen(0, '127.0.0.1', resolve))
    return packages
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** The settings of a relay that takes packages from here. */
  get settings(): { distribution: string; index: string; files: string[] } {
    return { distribution: `${this.origin}/full/`, index: `${this.origin}/simple/`, files: [] }
  }

  /** Puts the wheel into the distribution. */
  distribute({ filename, bytes }: Wheel): void {
    this.files.set(`/full/${filename}`, bytes)
  }

  /** Puts the wheels into the index, under the project's name. */
  publish(name: string, ...wheels: readonly Wheel[]): void {
    for (const { filename, bytes } of wheels) this.files.set(`/files/${filename}`, bytes)
    this.pages.set(name, {
      meta: { 'api-version': '1.1' },
      name,
      versions: ['1.0'],
      files: wheels.map(({ filename, sha256, bytes }) => ({
        filename,
        url: `../../files/${filename}`,
        hashes: { sha256 },
        size: bytes.length,
        'core-metadata': { sha256: '0'.repeat(64) },
        yanked: false,
      })),
    })
  }

  /** Holds answers back until the function it gives is called. */
  hold(): () => void {
    const held: (() => void)[] = []
    this.held = held
    return () => {
      this.held = null
      for (const go of held) go()
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? ''
    const [, project] = /^\/simple\/([^/]+)\/$/.exec(url) ?? []
    const page = project === undefined ? undefined : this.pages.get(project)
    const [file, elsewhere] = [this.files.get(url), this.redirects.get(url)]
    if (elsewhere !== undefined) response.writeHead(302, { location: elsewhere }).end()
    else if (file !== undefined) response.writeHead(200).end(file)
    else if (page !== undefined && request.headers.accept?.includes('vnd.pypi.simple.v1+json'))
      response
        .writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' })
        .end(JSON.stringify(page))
    else response.writeHead(404).end()
  }
}
