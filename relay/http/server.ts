// HTTP: who may ask, then the page, the API, or the health of the relay.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ErrorCode } from '../../shared/api/shapes.ts'
import { diskReason } from '../disk/disk.ts'
import { OutsideFolder, Unreadable } from '../files/notebook-files.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import {
  clientAddress,
  hostAllowed,
  originAllowed,
  ownFetch,
  ownOrigin,
  siteAllowed,
  tokenCookie,
  tokenNeeded,
  type Access,
  type Authorize,
} from './security.ts'
import type { Api } from './api.ts'
import { isPackage } from '../packages/handler.ts'
import { HttpError, sendError, sendJson, sendNothing } from './answer.ts'

type Pages = (
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  origin: string,
) => Promise<void>

export interface ServerOptions {
  readonly access: Access
  readonly version: string
  readonly authorize: Authorize
  /** Who brings a token in the address keeps it in a cookie. */
  readonly needsToken: boolean
  readonly api: Api
  readonly page: Pages
  readonly packages: Pages
  readonly logger: Logger
}

const isApi = (pathname: string): boolean => pathname === '/api' || pathname.startsWith('/api/')

const changing = (request: IncomingMessage): boolean => request.method !== 'GET' && request.method !== 'HEAD'

const readAddress = (request: IncomingMessage): URL => {
  const target = request.url ?? ''
  if (!target.startsWith('/') || !URL.canParse(target, 'http://relay')) {
    throw new HttpError('bad_request', 'the address is none')
  }
  // Two slashes at the start would be read as a host.
  return new URL(`http://relay${target}`)
}

const answer = async (
  parts: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { access } = parts
  if (!hostAllowed(access, request.headers))
    throw new HttpError('wrong_host', 'this relay does not go by that name')
  const address = readAddress(request)
  const { pathname, searchParams } = address
  if (pathname === '/healthz') return sendJson(response, 200, { status: 'ok', version: parts.version })
  if (changing(request) && !originAllowed(access, request.headers)) {
    throw new HttpError('wrong_origin', 'a page of another origin may not change anything here')
  }
  if ((isApi(pathname) || isPackage(pathname)) && !siteAllowed(request.headers))
    throw new HttpError('wrong_origin', 'a page of another site may ask nothing here')
  const grant = parts.authorize(request, address)
  if (grant === null) throw new HttpError('not_allowed', tokenNeeded)
  if (isApi(pathname)) return parts.api(request, response, address, grant)
  const token = searchParams.get('token')
  if (parts.needsToken && token !== null && !changing(request)) {
    // From the address into the cookie, so that it stays out of the history and of what people copy.
    searchParams.delete('token')
    const rest = searchParams.size > 0 ? `?${searchParams.toString()}` : ''
    return sendNothing(response, 303, { Location: pathname + rest, 'Set-Cookie': tokenCookie(token) })
  }
  if (isPackage(pathname)) {
    // The relay may have to fetch it.
    if (!ownFetch(request.headers))
      throw new HttpError('wrong_origin', 'packages are for a fetch by the page, not for a link or a frame')
    return parts.packages(request, response, pathname, ownOrigin(access, request.headers))
  }
  return parts.page(request, response, pathname, ownOrigin(access, request.headers))
}

const asHttpError = (error: unknown, logger: Logger): HttpError => {
  if (error instanceof HttpError) return error
  if (error instanceof OutsideFolder) return new HttpError('bad_request', error.message)
  if (error instanceof Unreadable) return new HttpError('unreadable', error.message)
  logger.error('request failed', { reason: messageOf(error) })
  const disk = diskReason(error)
  if (disk !== null) return new HttpError('disk', `that could not be kept: ${disk}`)
  return new HttpError('internal', 'something went wrong in the relay; its log says more')
}

const refusals = new Set<ErrorCode>(['wrong_host', 'wrong_origin', 'not_allowed', 'forbidden'])

export const createHttpServer = (parts: ServerOptions): Server =>
  createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      if (error instanceof HttpError && refusals.has(error.code))
        parts.logger.warn('a request was refused', { why: error.code, ...clientAddress(request) })
      if (response.headersSent) response.destroy()
      else sendError(response, asHttpError(error, parts.logger))
    })
  })
