// Who may ask: the Host header (DNS rebinding), the Origin (other pages in the same browser), and a token on any
// address that is not loopback. Pure decisions; the server acts on them.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { networkInterfaces } from 'node:os'

export interface Access {
  /** Host names and addresses that are ours, in lower case, without ports. */
  readonly hosts: ReadonlySet<string>
  /** Origins a proxy serves us under. */
  readonly publicOrigins: ReadonlySet<string>
  readonly token: string | null
}

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

const everyAddress = new Set(['0.0.0.0', '::', '[::]'])

export const createAccess = (
  host: string,
  publicOrigins: readonly string[],
  token: string | null,
): Access => {
  const served = everyAddress.has(host)
    ? Object.values(networkInterfaces()).flatMap((addresses) =>
        (addresses ?? []).map(({ address }) => address),
      )
    : [host]
  const local = isLoopback(host) || everyAddress.has(host) ? ['localhost', '127.0.0.1', '::1'] : []
  const names = [...served, ...local, ...publicOrigins.map((origin) => new URL(origin).hostname)]
  return {
    hosts: new Set(names.map((name) => name.toLowerCase().replace(/^\[|\]$/g, ''))),
    publicOrigins: new Set(publicOrigins),
    token,
  }
}

/** The port is left out on purpose: behind a forwarded port it is another one, and it protects from nothing. */
export const hostAllowed = (access: Access, headers: IncomingHttpHeaders): boolean => {
  const [, host] = /^(\[[0-9a-f:.]+\]|[^:/\\@?#\s]+)(?::\d{1,5})?$/i.exec(headers.host ?? '') ?? []
  return host !== undefined && access.hosts.has(host.toLowerCase().replace(/^\[|\]$/g, ''))
}

/** An absent Origin is a program, not a page. Call it after `hostAllowed`, which makes the Host trustworthy. */
export const originAllowed = (access: Access, headers: IncomingHttpHeaders): boolean => {
  const { origin } = headers
  if (origin === undefined) return true
  return origin === `http://${headers.host ?? ''}` || access.publicOrigins.has(origin)
}

const cookieName = 'llm-notebook-token'

const tokenIn = (headers: IncomingHttpHeaders, query: URLSearchParams): string | null => {
  const [, bearer] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  const cookie = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${cookieName}=`))
  return query.get('token') ?? bearer ?? (cookie ? cookie.slice(cookieName.length + 1) : null)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

export const tokenAllowed = (
  access: Access,
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
): boolean => {
  if (access.token === null) return true
  const given = tokenIn(headers, query)
  return given !== null && timingSafeEqual(digest(given), digest(access.token))
}

/** Lax, so that a link in a mail opens the notebook of somebody who was here; changing requests check the Origin too. */
export const tokenCookie = (token: string): string =>
  `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000`

/** The origin under which this request reached us. Call it after `hostAllowed`. */
export const ownOrigin = (access: Access, headers: IncomingHttpHeaders): string => {
  const host = headers.host ?? ''
  return [...access.publicOrigins].find((origin) => new URL(origin).host === host) ?? `http://${host}`
}
