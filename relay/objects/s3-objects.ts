// Files as objects of an S3-compatible bucket. An object is replaced only if its ETag is still the one that was read; a
// bucket without such conditional writes is not accepted.
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { S3mini, S3NetworkError, S3ServiceError, sanitizeETag } from 's3mini'
import { Unreachable } from '../disk/disk-errors.ts'
import { ownPath, type Moved } from '../files/notebook-files.ts'
import type { BucketSettings } from '../home-settings.ts'
import type { ObjectStore, OpenObject, StoredObject } from './object-store.ts'
import { Polled } from './polled.ts'

/** Milliseconds until an answer must begin or continue; longer for each MB sent. */
const timeouts = { answer: 10_000, perMegabyte: 1000 }
const noAnswer = (): Unreachable => new Unreachable('the bucket does not answer')

/** Decodes numeric character references, which servers may use in lists; the client only reads named ones. */
const decodeReferences = (xml: string): string =>
  xml.replaceAll(/&#(?:x([0-9a-f]+)|([0-9]+));/gi, (_, hex: string | undefined, decimal: string) => {
    const character = String.fromCodePoint(hex === undefined ? Number(decimal) : parseInt(hex, 16))
    return { '&': '&amp;', '<': '&lt;' }[character] ?? character
  })

const fetchWithTimeout: typeof fetch = async (address, init) => {
  const { body = null } = init ?? {}
  const bytes = body instanceof Uint8Array ? body.length : 0
  const abort = new AbortController()
  const limit = timeouts.answer + (bytes >> 20) * timeouts.perMegabyte
  const timer = setTimeout(() => abort.abort(noAnswer()), limit)
  try {
    const response = await fetch(address, { ...init, signal: abort.signal })
    if (!new URL(response.url).searchParams.has('list-type')) return response
    return new Response(decodeReferences(await response.text()), response)
  } finally {
    clearTimeout(timer)
  }
}

const codeOf = (error: unknown): string => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if ('code' in at) return String(at.code)
  return error instanceof Error ? error.message : String(error)
}

const asUnreachable = (error: unknown): unknown => {
  if (error instanceof Unreachable) return error
  if (error instanceof S3ServiceError)
    return new Unreachable(`the bucket refuses: ${error.status} ${error.serviceCode ?? ''}`.trimEnd())
  if (error instanceof S3NetworkError || error instanceof TypeError)
    return new Unreachable(`the bucket does not answer: ${codeOf(error)}`)
  return error
}

const reach = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asUnreachable(error)
  }
}

const bodyOf = ({ body }: Response): Readable => {
  if (body === null) return Readable.from([])
  const raw = Readable.fromWeb(body)
  // Readers get the error from `read` below.
  raw.on('error', () => undefined)
  const chunks = raw[Symbol.asyncIterator]()
  const read = async function* (): AsyncIterable<Uint8Array> {
    for (;;) {
      const timer = setTimeout(() => raw.destroy(noAnswer()), timeouts.answer)
      let next: IteratorResult<unknown>
      try {
        next = await chunks.next()
      } catch (error) {
        throw asUnreachable(error)
      } finally {
        clearTimeout(timer)
      }
      if (next.done) return
      yield next.value as Uint8Array
    }
  }
  // Also released if it is never read.
  return Readable.from(read(), { objectMode: false }).once('close', () => raw.destroy())
}

/** Statuses of a failed conditional write: another write was faster, or the object is gone. */
const conflicts = new Set([404, 409, 412])

export class S3Objects implements ObjectStore {
  private readonly client: S3mini
  private readonly prefix: string
  private readonly bucket: string
  private readonly polled: Polled

  private constructor({ bucket, prefix, endpoint, region, key, secret, interval }: BucketSettings) {
    this.client = new S3mini({
      endpoint: `${endpoint}/${bucket}`,
      region,
      accessKeyId: key,
      secretAccessKey: secret,
      fetch: fetchWithTimeout,
    })
    this.bucket = bucket
    this.prefix = prefix === '' ? '' : `${prefix}/`
    this.polled = new Polled(interval, async () => {
      const objects = await this.list('')
      return new Map(objects.map(({ path, tag }) => [path, tag]))
    })
  }

  /** Rejects if the bucket cannot be used. */
  static async open(settings: BucketSettings): Promise<S3Objects> {
    const objects = new S3Objects(settings)
    await objects.list(ownPath('bin'))
    await objects.probe()
    return objects
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    const found = await reach(() => this.client.listObjects('/', this.prefix + prefix))
    if (found === null) throw new Unreachable(`there is no bucket ${this.bucket}`)
    return found.map(({ Key, ETag, Size, LastModified }) => {
      const tag = sanitizeETag(ETag)
      const path = Key.slice(this.prefix.length)
      return { path, identity: tag, tag, size: Size, modified: LastModified.getTime() }
    })
  }

  async open(path: string): Promise<OpenObject | null> {
    const response = await reach(() => this.client.getObjectResponse(this.prefix + path))
    if (response === null) return null
    const size = Number(response.headers.get('content-length') ?? 0)
    const modified = Date.parse(response.headers.get('last-modified') ?? '')
    return { object: this.describe(path, response, size, modified), content: bodyOf(response) }
  }

  async put(path: string, content: Uint8Array, over: string | null): Promise<StoredObject | null> {
    const condition: Record<string, string> =
      over === null ? { 'If-None-Match': '*' } : { 'If-Match': `"${over}"` }
    try {
      const type = 'application/octet-stream'
      const response = await this.client.putObject(this.prefix + path, content, type, undefined, condition)
      const modified = Date.parse(response.headers.get('date') ?? '')
      return this.describe(path, response, content.length, modified)
    } catch (error) {
      if (
        error instanceof S3ServiceError &&
        conflicts.has(error.status) &&
        error.serviceCode !== 'NoSuchBucket'
      )
        return null
      throw asUnreachable(error)
    }
  }

  /** S3 has no move: copies, then removes the original. */
  async move(from: string, to: string): Promise<Moved> {
    const found = await this.open(from)
    if (found === null) return 'missing'
    let copy = await this.put(to, await buffer(found.content), null)
    if (copy === null) return 'exists'
    let { tag } = found.object
    // It may have been written meanwhile.
    for (let now = await this.open(from); now !== null; now = await this.open(from)) {
      if (now.object.tag === tag) {
        now.content.destroy()
        break
      }
      ;({ tag } = now.object)
      copy = (await this.put(to, await buffer(now.content), copy.tag)) ?? copy
    }
    await this.remove(from)
    return 'moved'
  }

  async remove(path: string): Promise<void> {
    await reach(() => this.client.deleteObject(this.prefix + path))
  }

  watch(path: string, onChange: () => void): () => void {
    return this.polled.watch(path, onChange)
  }

  private describe(path: string, { headers }: Response, size: number, modified: number): StoredObject {
    const tag = sanitizeETag(headers.get('etag') ?? '')
    if (tag === '') throw new Unreachable('the bucket gives its objects no ETag')
    return { path, identity: tag, tag, size, modified: Number.isNaN(modified) ? Date.now() : modified }
  }

  /** Without conditional writes, one of two concurrent writers would silently lose its edit. */
  private async probe(): Promise<void> {
    const path = ownPath('probe')
    const content = Buffer.from('LLM Notebook checks whether this bucket supports conditional writes.\n')
    await this.put(path, content, null)
    const isRefused = async (over: string | null): Promise<boolean> =>
      (await this.put(path, content, over)) === null
    if ((await isRefused(null)) && (await isRefused('another'))) return
    throw new Unreachable(
      'the bucket does not support conditional writes (If-Match, If-None-Match), without which edits would be lost',
    )
  }
}
