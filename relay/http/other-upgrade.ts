// A server may ignore an upgrade it does not know (RFC 9110, section 7.8). `curl --http2` and Java's HTTP client ask for
// HTTP/2 with their first request; Node gives every such request to the listener for sockets.
import { ServerResponse, type IncomingMessage, type Server } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { HttpError, sendError } from './answer.ts'

export const isWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket'

/** Answers as if the request had not asked for it. */
export const answerWithoutUpgrade = (server: Server, request: IncomingMessage, stream: Duplex): void => {
  if (!(stream instanceof Socket)) return void stream.destroy()
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(stream)
  response.once('finish', () => stream.end())
  const { headers } = request
  // Node does not read it.
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (hasBody)
    sendError(response, new HttpError('bad_request', 'a request with a body cannot ask for an upgrade'))
  else server.emit('request', request, response)
}
