// Serves the built page: the one HTML file for every URL of the app, the output frame under its own policy, and assets.
// Files with a content hash in their name are cached for ever, all others are revalidated.
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { pageUnder } from '../../shared/built-page.ts'
import { builtHeaders } from '../../shared/frame-policy.ts'
import { HttpError, methodNotAllowed } from './answer.ts'
import { pathOf, toRoot } from './base-path.ts'
import { contentHeaders, findBuilt, sendContent } from './built-file.ts'
import { decodePath } from './decode-path.ts'
import { isHeld } from './entity-tags.ts'

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

/** The names below the folder, or null if the URL leads out of it or to something hidden. */
const segmentsOf = (pathname: string): readonly string[] | null => {
  const segments = decodePath(pathname)?.split('/').slice(1)
  const safe = segments?.every((name) => name !== '' && !name.startsWith('.') && !/[\\\0]/.test(name))
  return safe === true && segments !== undefined ? segments : null
}

const headersOf = (
  segments: readonly string[],
  search: string,
  addresses: readonly string[],
): OutgoingHttpHeaders => {
  const pathname = `/${segments.join('/')}`
  // Vite puts files with a content hash under /assets/.
  const immutable = segments[0] === 'assets'
  return {
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...builtHeaders(pathname, search, addresses),
  }
}

/** `addresses`: possible URLs of this request in the browser. */
export const createPage =
  (folder: string) =>
  async (
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    addresses: readonly [string, ...string[]],
  ): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw methodNotAllowed(request.method ?? '', ['GET', 'HEAD'])
    }
    const [, search = ''] = /(\?.*)$/.exec(request.url ?? '') ?? []
    const isApp = ['/', '/notebook', '/settings'].includes(pathname) || pathname.startsWith('/notebook/')
    const segments = isApp ? ['index.html'] : segmentsOf(pathname)
    // The page is small and differs by base path.
    const accepted = isApp ? '' : (request.headers['accept-encoding'] ?? '')
    const found = segments && (await findBuilt(join(folder, ...segments), accepted))
    if (!segments || !found) throw new HttpError('not_found', 'no such URL')
    const basePath = `${pathOf(addresses[0])}/`
    // Relative if no path is known, because there may be one.
    const root = basePath === '/' ? toRoot(pathname) : basePath
    const shell = isApp ? pageUnder(await readFile(found.file, 'utf8'), root, basePath) : null
    const tag = shell === null ? found.tag : `${found.tag.slice(0, -1)}-${root}"`
    const headers = { ...headersOf(segments, search, addresses), ETag: tag, Vary: 'Accept-Encoding' }
    if (isHeld(request, tag)) {
      response.writeHead(304, headers)
      response.end()
      return
    }
    response.writeHead(200, {
      ...headers,
      'Content-Type': types[extname(segments.at(-1) ?? '')] ?? 'application/octet-stream',
      ...(shell === null ? contentHeaders(found) : { 'Content-Length': Buffer.byteLength(shell) }),
    })
    if (request.method === 'HEAD') response.end()
    else if (shell !== null) response.end(shell)
    else await sendContent(found, response)
  }
