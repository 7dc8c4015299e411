// The HTTP server: checks access, then serves the page, the API, or the health check.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { routes } from '../../shared/api/routes.ts'
import type { ErrorCode } from '../../shared/api/shapes.ts'
import { diskReason } from '../disk/disk-errors.ts'
import { OutsideFolder, Unreadable } from '../files/notebook-files.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import {
  clientAddress,
  hostAllowed,
  originAllowed,
  ownFetch,
  siteAllowed,
  tokenCookie,
  tokenNeeded,
  type Access,
  type Authorize,
} from './security.ts'
import type { Api } from './api.ts'
import { isPackage } from '../packages/handler.ts'
import { HttpError, methodNotAllowed, sendError, sendJson, sendNothing } from './answer.ts'
import { browserAddresses, pathOf, toRoot, withoutBasePath } from './base-path.ts'
import { errorPage, wantsPage } from './error-page.ts'
import { fromJupyter } from './jupyter-address.ts'
import { useOriginForm } from './request-target.ts'

type Pages = (
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  addresses: readonly [string, ...string[]],
) => Promise<void>

export interface ServerOptions {
  readonly access: Access
  readonly version: string
  readonly authorize: Authorize
  /** A token in the URL is stored in a cookie. */
  readonly needsToken: boolean
  readonly api: Api
  readonly page: Pages
  readonly packages: Pages
  readonly logger: Logger
}

const isApi = (pathname: string): boolean => pathname === '/api' || pathname.startsWith('/api/')

const changing = (request: IncomingMessage): boolean => request.method !== 'GET' && request.method !== 'HEAD'

const parseUrl = (target: string): URL => {
  if (!target.startsWith('/') || !URL.canParse(target, 'http://relay')) {
    throw new HttpError('bad_request', 'invalid URL')
  }
  // Two slashes at the start would be read as a host.
  return new URL(`http://relay${target}`)
}

const answer = async (
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { access } = options
  if (!hostAllowed(access, request.headers))
    throw new HttpError('wrong_host', 'this relay is not reachable under that host name')
  const target = withoutBasePath(access.publicAddresses, request.headers, request.url ?? '')
  if (target === null) {
    const [path = '', query] = (request.url ?? '').split(/(?=\?)/, 2)
    const name = path.slice(path.lastIndexOf('/') + 1)
    return sendNothing(response, 308, { Location: `./${name}/${query ?? ''}` })
  }
  const url = parseUrl(target)
  const addresses = browserAddresses(access.publicAddresses, request.headers)
  const { pathname, searchParams } = url
  if (pathname === '/healthz' && changing(request))
    throw methodNotAllowed(request.method ?? '', ['GET', 'HEAD'])
  if (pathname === '/healthz') return sendJson(response, 200, { status: 'ok', version: options.version })
  if (changing(request) && !originAllowed(access, request.headers)) {
    throw new HttpError('wrong_origin', 'pages of other origins may not change anything here')
  }
  if ((isApi(pathname) || isPackage(pathname)) && !siteAllowed(request.headers))
    throw new HttpError('wrong_origin', 'pages of other sites may not send requests here')
  // The relay may have to ask another server.
  if ((isPackage(pathname) || pathname === routes.listModels.path) && !ownFetch(request.headers))
    throw new HttpError('wrong_origin', 'only the page itself can request this')
  const grant = options.authorize(request, url)
  if (grant === null) throw new HttpError('not_allowed', tokenNeeded)
  if (isApi(pathname)) return options.api(request, response, url, grant, pathOf(addresses[0]))
  const token = searchParams.get('token')
  if (options.needsToken && token !== null && !changing(request)) {
    // From the URL into the cookie, so that it stays out of the browser's history and of copied URLs.
    searchParams.delete('token')
    const rest = searchParams.size > 0 ? `?${searchParams.toString()}` : ''
    return sendNothing(response, 303, {
      Location: pathOf(addresses[0]) + pathname + rest,
      'Set-Cookie': tokenCookie(token),
    })
  }
  if (isPackage(pathname)) return options.packages(request, response, pathname, addresses)
  const moved = wantsPage(request) ? fromJupyter(pathname) : null
  // Relative, because the path of a proxy may be unknown.
  if (moved !== null)
    return sendNothing(response, 302, { Location: toRoot(pathname) + moved, 'Cache-Control': 'no-store' })
  return options.page(request, response, pathname, addresses)
}

const asHttpError = (error: unknown, logger: Logger): HttpError => {
  if (error instanceof HttpError) return error
  if (error instanceof OutsideFolder) return new HttpError('bad_request', error.message)
  if (error instanceof Unreadable) return new HttpError('unreadable', error.message)
  logger.error('request failed', { reason: messageOf(error) })
  const disk = diskReason(error)
  if (disk !== null) return new HttpError('disk', `it could not be stored: ${disk}`)
  return new HttpError('internal', 'internal error; the log of the relay has the details')
}

const pageFor = (
  request: IncomingMessage,
  { code, message }: HttpError,
  { access }: ServerOptions,
): string => {
  const target = withoutBasePath(access.publicAddresses, request.headers, request.url ?? '') ?? '/'
  const [path = '/'] = target.split('?', 1)
  return errorPage(code, message, path, toRoot(path))
}

const refusals = new Set<ErrorCode>(['wrong_host', 'wrong_origin', 'not_allowed', 'forbidden'])

export const createHttpServer = (options: ServerOptions): Server =>
  createServer((request, response) => {
    useOriginForm(request)
    answer(options, request, response).catch((error: unknown) => {
      if (error instanceof HttpError && refusals.has(error.code))
        options.logger.warn('request rejected', { why: error.code, ...clientAddress(request) })
      if (request.errored) options.logger.debug('a client left before its request was whole')
      else if (response.headersSent) response.destroy()
      else {
        const known = asHttpError(error, options.logger)
        sendError(response, known, wantsPage(request) ? pageFor(request, known, options) : null)
      }
    })
  })
