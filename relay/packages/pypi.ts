// A Python package index behind our own origin: its pages with our URLs, and its files.
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SharedCalls } from '../../shared/shared-calls.ts'
import { isMissing, writeAtomically } from '../disk/atomic.ts'
import { HttpError } from '../http/answer.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import { indexType, ownPage, parseIndexPage, projectOf, type IndexPage } from './index-page.ts'
import type { PackageStore, Wheel } from './store.ts'
import type { Upstreams } from './upstream.ts'

/** Milliseconds for which a page is fresh; an older one is used only if the index is unreachable. */
const fresh = 600_000

export interface PypiOptions {
  /** The index's URL, with a final slash. */
  readonly index: string
  readonly upstreams: Upstreams
  readonly store: PackageStore
  /** The cache file of a project's page. */
  readonly fileOf: (project: string) => string
  readonly logger: Logger
}

export class Pypi {
  private readonly fetching = new SharedCalls<IndexPage>()

  constructor(private readonly options: PypiOptions) {}

  /** `project` normalized as in PEP 503; `base` is the URL of files here. */
  async page(project: string, base: string): Promise<IndexPage> {
    return ownPage(await this.indexPage(project), (sha256, filename) => `${base}${sha256}/${filename}`)
  }

  async wheel(sha256: string, filename: string): Promise<Wheel> {
    const project = projectOf(filename)
    if (project === null)
      throw new HttpError('not_found', `${filename} is not the name of a wheel or source archive`)
    // Only files listed in the index are fetched, and only with the listed checksum.
    return this.options.store.get(filename, sha256, async () => {
      const { files } = await this.indexPage(project)
      const file = files.find((file) => file.filename === filename && file.hashes['sha256'] === sha256)
      if (file === undefined)
        throw new HttpError('not_found', `the index has no ${filename} with that checksum`)
      return new URL(file.url, this.indexUrl(project))
    })
  }

  private indexUrl(project: string): URL {
    return new URL(`${project}/`, this.options.index)
  }

  private async indexPage(project: string): Promise<IndexPage> {
    const kept = await this.kept(project)
    if (kept !== null && kept.age < fresh) return kept.page
    try {
      return await this.fetching.run(project, () => this.fetch(project))
    } catch (error) {
      if (kept === null || (error instanceof HttpError && error.code === 'not_found')) throw error
      this.options.logger.warn('an outdated index page was used', { project, reason: messageOf(error) })
      return kept.page
    }
  }

  private async kept(project: string): Promise<{ page: IndexPage; age: number } | null> {
    const file = this.options.fileOf(project)
    try {
      const page = parseIndexPage(await readFile(file, 'utf8'))
      return { page, age: Date.now() - (await stat(file)).mtimeMs }
    } catch (error) {
      // An unreadable page is fetched again.
      if (!isMissing(error)) this.options.logger.warn('a cached index page is invalid', { project })
      return null
    }
  }

  private async fetch(project: string): Promise<IndexPage> {
    const { upstreams, fileOf } = this.options
    const url = this.indexUrl(project)
    const text = await upstreams.text(`the index page of ${project}`, url, indexType)
    if (text === null) throw new HttpError('not_found', `${url.origin} has no package ${project}`)
    let page: IndexPage
    try {
      page = parseIndexPage(text)
    } catch {
      throw new HttpError(
        'upstream',
        `${url.origin} did not return a JSON index page of ${project} (PEP 691)`,
      )
    }
    const file = fileOf(project)
    await mkdir(dirname(file), { recursive: true })
    await writeAtomically(file, JSON.stringify(page))
    return page
  }
}
