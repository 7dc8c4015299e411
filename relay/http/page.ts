// The page as it was built, from its folder: the one HTML file for every address of the app, the output frame under
// its own policy, and assets. A file named by its content is kept for ever, everything else is asked for each time.
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pageUnder } from '../../shared/built-page.ts'
import { builtHeaders } from '../../shared/frame-policy.ts'
import { isMissing } from '../disk/atomic.ts'
import { everyHeader, HttpError } from './answer.ts'
import { pathOf, toRoot } from './base-path.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.py': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
  '.whl': 'application/zip',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
}

const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

interface Found {
  readonly file: string
  readonly size: number
  readonly tag: string
  readonly encoding: string | null
}

const look = async (file: string, encoding: string | null): Promise<Found | null> => {
  try {
    const found = await stat(file)
    if (!found.isFile()) return null
    const tag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}${encoding ? `-${encoding}` : ''}"`
    return { file, size: found.size, tag, encoding }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** A compressed twin made at build time, where the browser takes it. */
const find = async (file: string, accepted: string): Promise<Found | null> => {
  for (const [encoding, suffix] of encodings) {
    const twin = accepted.includes(encoding) ? await look(file + suffix, encoding) : null
    if (twin) return twin
  }
  return look(file, null)
}

/** The names below the folder, or null where the address leads out of it or to something hidden. */
const segmentsOf = (pathname: string): readonly string[] | null => {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  const segments = decoded.split('/').slice(1)
  const safe = segments.every((name) => name !== '' && !name.startsWith('.') && !/[\\\0]/.test(name))
  return safe ? segments : null
}

const headersOf = (
  segments: readonly string[],
  search: string,
  addresses: readonly string[],
): OutgoingHttpHeaders => {
  const pathname = `/${segments.join('/')}`
  // Vite puts what is named by its content under /assets/.
  const immutable = segments[0] === 'assets'
  return {
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...everyHeader,
    ...builtHeaders(pathname, search, addresses),
  }
}

/** `addresses`: under which the browser may see this request. */
export const createPage =
  (folder: string) =>
  async (
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    addresses: readonly [string, ...string[]],
  ): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpError('method_not_allowed', `${request.method ?? ''} is not allowed here`)
    }
    const [, search = ''] = /(\?.*)$/.exec(request.url ?? '') ?? []
    const isApp = ['/', '/notebook', '/settings'].includes(pathname) || pathname.startsWith('/notebook/')
    const segments = isApp ? ['index.html'] : segmentsOf(pathname)
    // The page is small and not the same everywhere.
    const accepted = isApp ? '' : (request.headers['accept-encoding'] ?? '')
    const found = segments && (await find(join(folder, ...segments), accepted))
    if (!segments || !found) throw new HttpError('not_found', 'no such URL')
    const basePath = `${pathOf(addresses[0])}/`
    // Relative where no folder is known: there may be one.
    const root = basePath === '/' ? toRoot(pathname) : basePath
    const shell = isApp ? pageUnder(await readFile(found.file, 'utf8'), root, basePath) : null
    const tag = shell === null ? found.tag : `${found.tag.slice(0, -1)}-${root}"`
    const headers = { ...headersOf(segments, search, addresses), ETag: tag, Vary: 'Accept-Encoding' }
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304, headers)
      response.end()
      return
    }
    response.writeHead(200, {
      ...headers,
      'Content-Type': types[extname(segments.at(-1) ?? '')] ?? 'application/octet-stream',
      'Content-Length': shell === null ? found.size : Buffer.byteLength(shell),
      ...(found.encoding ? { 'Content-Encoding': found.encoding } : {}),
    })
    if (request.method === 'HEAD') response.end()
    else if (shell !== null) response.end(shell)
    else await pipeline(createReadStream(found.file), response)
  }
