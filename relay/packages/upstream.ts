// The servers packages are fetched from: only the configured ones, with limits on time and size.
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../disk/disk-errors.ts'
import { HttpError } from '../http/answer.ts'
import { readAtMost } from '../http/read-at-most.ts'
import { messageOf } from '../logging/logger.ts'

const maxFile = 512 * 1024 * 1024
const maxIndex = 64 * 1024 * 1024
const maxRedirects = 3
/** Milliseconds until an upstream must begin to answer, and until a wheel must be complete. */
const timeouts = { answer: 20_000, file: 600_000 }

/** An upstream failure as a response; names what was requested, and from where. */
const failed = (what: string, url: URL, why: string): HttpError =>
  new HttpError('upstream', `${what} could not be fetched from ${url.origin}: ${why}`)

const whyOf = (error: unknown): string => {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not respond in time'
  // Node's fetch error has the reason in its cause.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return ['ENOTFOUND', 'EAI_AGAIN'].includes(errorCode(cause))
    ? 'its host name cannot be resolved (no network, or blocked)'
    : messageOf(cause)
}

export class Upstreams {
  private readonly origins: ReadonlySet<string>

  constructor(origins: readonly string[]) {
    this.origins = new Set(origins)
  }

  /** Null if the upstream does not have it. */
  async text(what: string, url: URL, accept: string): Promise<string | null> {
    try {
      const response = await this.get(what, url, accept, timeouts.answer)
      if (response === null) return null
      const tooLarge = (): Error => failed(what, url, 'the answer is too large')
      return (await readAtMost(bodyOf(response), maxIndex, tooLarge)).toString('utf8')
    } catch (error) {
      throw error instanceof HttpError ? error : failed(what, url, whyOf(error))
    }
  }

  /** Stores the complete, verified file at `target`, or throws and leaves nothing. `sha256` null: not known. */
  async download(what: string, url: URL, sha256: string | null, target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true })
    const temporary = `${target}.${randomBytes(4).toString('hex')}`
    try {
      const came = await this.into(temporary, what, url)
      if (sha256 !== null && came !== sha256)
        throw failed(what, url, `the checksum differs (sha256 ${came} instead of ${sha256})`)
      const handle = await open(temporary, 'r+')
      await handle.sync().finally(() => handle.close())
      await rename(temporary, target)
    } finally {
      await rm(temporary, { force: true })
    }
  }

  /** Returns the checksum of the content. */
  private async into(file: string, what: string, url: URL): Promise<string> {
    const hash = createHash('sha256')
    let size = 0
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length
        if (size > maxFile) return done(failed(what, url, 'the file is too large'))
        hash.update(chunk)
        done(null, chunk)
      },
    })
    const response = await this.get(what, url, '*/*', timeouts.file).catch((error: unknown) => {
      throw error instanceof HttpError ? error : failed(what, url, whyOf(error))
    })
    if (response === null) throw new HttpError('not_found', `${url.origin} has no ${what}`)
    // Opened before writing: a stream opens its file late, perhaps after the download was cancelled and cleaned up.
    const handle = await open(file, 'wx')
    // Disk errors are passed on as they are: the upstream has not failed.
    const output = handle.createWriteStream()
    let disk: Error | null = null
    output.on('error', (error) => (disk = error))
    try {
      await pipeline(bodyOf(response), measure, output)
      return hash.digest('hex')
    } catch (error) {
      if (disk !== null && error === disk) throw error
      throw error instanceof HttpError ? error : failed(what, url, whyOf(error))
    }
  }

  private async get(what: string, url: URL, accept: string, time: number): Promise<Response | null> {
    const signal = AbortSignal.timeout(time)
    let from = url
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      if (!this.origins.has(from.origin))
        throw failed(what, from, 'it is not one of the configured package servers')
      const response = await fetch(from, { headers: { accept }, redirect: 'manual', signal })
      const location = response.headers.get('location')
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel()
        from = new URL(location, from)
        continue
      }
      if (response.ok) return response
      await response.body?.cancel()
      if (response.status === 404) return null
      throw failed(what, from, `it answered ${response.status}`)
    }
    throw failed(what, url, 'too many redirects')
  }
}

const bodyOf = (response: Response): Readable =>
  response.body === null ? Readable.from([]) : Readable.fromWeb(response.body)
