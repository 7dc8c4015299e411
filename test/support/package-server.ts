// A local server in place of PyPI and the CDN of Pyodide's distribution, with wheels and index pages.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PackageSettings } from '../../relay/config.ts'
import { LoopbackServer } from './loopback-server.ts'
import type { Wheel } from './wheel.ts'

export class PackageServer extends LoopbackServer {
  /** Requested paths, in order. */
  readonly requests: string[] = []
  /** Wheels by path; tests can replace them. */
  readonly files = new Map<string, Buffer>()
  /** Index pages by project. */
  readonly pages = new Map<string, unknown>()
  readonly redirects = new Map<string, string>()
  private held: (() => void)[] | null = null

  static open(): Promise<PackageServer> {
    return new PackageServer().listen()
  }

  protected override serve(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request.url ?? '')
    const go = (): void => this.answer(request, response)
    if (this.held === null) go()
    else this.held.push(go)
  }

  /** Settings for a relay that uses this server. */
  get settings(): PackageSettings {
    const github = `${this.origin}/github/`
    return { distribution: `${this.origin}/full/`, index: `${this.origin}/simple/`, files: [], github }
  }

  /** Adds the wheel to the distribution. */
  distribute({ filename, bytes }: Wheel): void {
    this.files.set(`/full/${filename}`, bytes)
  }

  /** Adds a project with these wheels to the index. */
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

  /** Delays responses until the returned function is called. */
  hold(): () => void {
    const held: (() => void)[] = []
    this.held = held
    return () => {
      this.held = null
      for (const go of held) go()
    }
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? ''
    const [, project] = /^\/simple\/([^/]+)\/$/.exec(url) ?? []
    const page = project === undefined ? undefined : this.pages.get(project)
    const [file, location] = [this.files.get(url), this.redirects.get(url)]
    if (location !== undefined) response.writeHead(302, { location }).end()
    else if (file !== undefined) response.writeHead(200).end(file)
    else if (page !== undefined && request.headers.accept?.includes('vnd.pypi.simple.v1+json'))
      response
        .writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' })
        .end(JSON.stringify(page))
    else response.writeHead(404).end()
  }
}
