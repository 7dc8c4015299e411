// Access: the Host header (DNS rebinding), the Origin (other pages in the same browser), and a token for each role on
// any address but loopback. Pure decisions; the server acts on them.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { networkInterfaces } from 'node:os'
import { roles, type Grant, type Role } from '../../shared/grant.ts'
import type { Facts } from '../logging/logger.ts'
import { publicAddress, type PublicAddress } from './base-path.ts'

export interface Access {
  /** Our host names and addresses, in lower case, without ports. */
  readonly hosts: ReadonlySet<string>
  /** URLs under which a proxy serves us. */
  readonly publicAddresses: readonly PublicAddress[]
  /** It listens on this machine's own addresses: all of 127/8 are. */
  readonly local: boolean
}

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

const everyAddress = new Set(['0.0.0.0', '::', '[::]'])

/** `publicUrls` may have a path, such as `https://host/lab`. */
export const createAccess = (host: string, publicUrls: readonly string[]): Access => {
  const publicAddresses = publicUrls.map(publicAddress)
  const served = everyAddress.has(host)
    ? Object.values(networkInterfaces()).flatMap((addresses) =>
        (addresses ?? []).map(({ address }) => address),
      )
    : [host]
  const names = [...served, ...publicAddresses.map(({ origin }) => new URL(origin).hostname)]
  return {
    hosts: new Set(names.map((name) => name.toLowerCase().replace(/^\[|\]$/g, ''))),
    publicAddresses,
    local: isLoopback(host) || everyAddress.has(host),
  }
}

/** The port is ignored on purpose: port forwarding changes it, and it protects from nothing. */
export const hostAllowed = (access: Access, headers: IncomingHttpHeaders): boolean => {
  const [, host] = /^(\[[0-9a-f:.]+\]|[^:/\\@?#\s]+)(?::\d{1,5})?$/i.exec(headers.host ?? '') ?? []
  if (host === undefined) return false
  return (access.local && isLoopback(host)) || access.hosts.has(host.toLowerCase().replace(/^\[|\]$/g, ''))
}

/** No Origin means a program, not a page. Call it after `hostAllowed`, which makes the Host trustworthy. */
export const originAllowed = (access: Access, headers: IncomingHttpHeaders): boolean => {
  const { origin } = headers
  if (origin === undefined) return true
  return (
    origin === `http://${headers.host ?? ''}` || access.publicAddresses.some((each) => each.origin === origin)
  )
}

/**
 * Rejects requests caused by a page of another site or another port. A URL opened by a person has no site. Programs
 * send nothing, nor do browsers on plain http from another machine.
 */
export const siteAllowed = (headers: IncomingHttpHeaders): boolean => {
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

/** For requests with effects: only a `fetch` of our own page, or a program; no link, frame or image. */
export const ownFetch = (headers: IncomingHttpHeaders): boolean => {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = headers
  return (
    (site === undefined || site === 'same-origin') &&
    mode !== 'navigate' &&
    (dest === undefined || dest === 'empty')
  )
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

/** Null: the role has no token. With no token at all, everybody who reaches the relay may write. */
export type Tokens = Readonly<Record<Role, string | null>>

/** The grant for a request; null: none. */
export type Authorize = (request: IncomingMessage, url: URL) => Grant | null

export const needsToken = (tokens: Tokens): boolean => roles.some((role) => tokens[role] !== null)

export const byToken = (tokens: Tokens): Authorize => {
  if (!needsToken(tokens)) return () => ({ user: null, role: 'write' })
  const known = roles.flatMap((role) => {
    const token = tokens[role]
    return token === null ? [] : [{ role, digest: digest(token) }]
  })
  return ({ headers }, { searchParams }) => {
    const given = digest(tokenIn(headers, searchParams) ?? '')
    // Compares all, so that the time reveals nothing.
    const [found] = known.filter((token) => timingSafeEqual(given, token.digest))
    return found === undefined ? null : { user: null, role: found.role }
  }
}

export const tokenNeeded = 'a token is required: open the URL that the relay printed when it started'

/** For the log: who was rejected, without the query, which may have a token. */
export const clientAddress = ({ url = '', headers }: IncomingMessage): Facts => {
  const { host, origin, 'sec-fetch-site': site } = headers
  return Object.fromEntries(
    Object.entries({ path: url.split('?')[0], host, origin, site })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value).slice(0, 200)]),
  )
}

/** Lax, so that a link in a mail opens the notebook of a returning person; changing requests check the Origin too. */
export const tokenCookie = (token: string): string =>
  `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000`
