import type { IncomingMessage } from 'node:http'

/**
 * A proxy may name the whole URL in the request line. Then its host counts instead of the Host header (RFC 9112, section
 * 3.2.2).
 */
export const useOriginForm = (request: IncomingMessage): void => {
  const [, host, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url ?? '') ?? []
  if (host === undefined) return
  request.headers.host = host
  request.url = rest.startsWith('/') ? rest : `/${rest}`
}
