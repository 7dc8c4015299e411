// HTTP responses: common headers, JSON, and errors in one format.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { everyHeader } from '../../shared/frame-policy.ts'
import { statusOf, type ErrorCode } from '../../shared/api/shapes.ts'
import { maxRequestBody } from '../../shared/protocol.ts'
import { errorPagePolicy } from './error-page.ts'
import { isHeld } from './entity-tags.ts'
import { readAtMost } from './read-at-most.ts'

/** A frame may navigate itself to data, which must not run. */
const dataPolicy = { 'Content-Security-Policy': 'sandbox' }

/** An error response; thrown by a handler, sent by the server. */
export class HttpError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message)
  }
}

export const methodNotAllowed = (method: string, allowed: readonly string[]): HttpError =>
  new HttpError('method_not_allowed', `${method} is not allowed here`, { Allow: allowed.join(', ') })

export const sendData = (
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  type: string,
  headers: OutgoingHttpHeaders = {},
  policy: OutgoingHttpHeaders = dataPolicy,
): void => {
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    ...headers,
    ...everyHeader,
    ...policy,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(response.req.method === 'HEAD' ? '' : body)
}

/** A file as bytes that no browser shows or runs; only its headers if the client has it or asks for no more. */
export const sendFile = async (
  response: ServerResponse,
  { size, tag }: { readonly size: number; readonly tag: string | null },
  content: () => Readable,
): Promise<void> => {
  const { method } = response.req
  const caching = { ...(tag !== null && { ETag: `"${tag}"` }), 'Cache-Control': 'no-cache' }
  if (tag !== null && isHeld(response.req, tag)) return sendNothing(response, 304, caching)
  if (method === 'HEAD') return sendNothing(response, 200, { ...caching, 'Content-Length': size })
  response.writeHead(200, {
    ...caching,
    ...everyHeader,
    ...dataPolicy,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': 'attachment',
    'Content-Length': size,
  })
  await pipeline(content(), response)
}

export const sendJson = (
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void => sendData(response, status, JSON.stringify(value), 'application/json; charset=utf-8', headers)

/** `page`: for people. Closes the connection if the rest of a body was not read. */
export const sendError = (
  response: ServerResponse,
  { code, message, headers }: HttpError,
  page: string | null = null,
): void => {
  const all = response.req.complete ? headers : { ...headers, Connection: 'close' }
  if (page === null) return sendJson(response, statusOf[code], { error: { code, message } }, all)
  const policy = { 'Content-Security-Policy': errorPagePolicy }
  sendData(response, statusOf[code], page, 'text/html; charset=utf-8', all, policy)
}

export const sendNothing = (
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders = {},
): void => {
  response.writeHead(status, { ...headers, ...everyHeader, ...dataPolicy })
  response.end()
}

export const readBody = async (request: IncomingMessage, limit = maxRequestBody): Promise<Buffer> => {
  const { 'content-encoding': encoding, 'content-length': length } = request.headers
  // Its bytes would be stored as they are.
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new HttpError('unknown_encoding', `a body is not taken with Content-Encoding ${encoding}`)
  const tooLarge = (): HttpError => new HttpError('too_large', `the body is over ${limit >> 20} MiB`)
  if (Number(length ?? 0) > limit) throw tooLarge()
  // Destroying the request would destroy the socket before the response is sent.
  return readAtMost(request.iterator({ destroyOnReturn: false }), limit, tooLarge)
}

/** Without a byte-order mark, which some clients send. */
const decoded = (body: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    // Replacement characters would end up in the notebook.
    throw new HttpError('bad_request', 'the body is not UTF-8 text')
  }
}

export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const text = decoded(await readBody(request))
  if (text.trim() === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new HttpError('bad_request', 'the body is not JSON')
  }
}
