// Who may ask: the Host header (DNS rebinding), the Origin (other pages in the same browser), and a token for each role
// on any address that is not loopback. Pure decisions; the server acts on them.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { networkInterfaces } from 'node:os'
import { roles, type Grant, type Role } from '../../shared/grant.ts'
import type { Facts } from '../logging/logger.ts'
import { publicAddress, type PublicAddress } from './base-path.ts'

export interface Access {
  /** Host names and addresses that are ours, in lower case, without ports. */
  readonly hosts: ReadonlySet<string>
  /** Where a proxy serves us. */
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
        (addresses ?? []).map(({ address: url }) => url),
      )
    : [host]
  const names = [...served, ...publicAddresses.map(({ origin }) => new URL(origin).hostname)]
  return {
    hosts: new Set(names.map((name) => name.toLowerCase().replace(/^\[|\]$/g, ''))),
    publicAddresses,
    local: isLoopback(host) || everyAddress.has(host),
  }
}

/** The port is left out on purpose: behind a forwarded port it is another one, and it protects from nothing. */
export const hostAllowed = (access: Access, headers: IncomingHttpHeaders): boolean => {
  const [, host] = /^(\[[0-9a-f:.]+\]|[^:/\\@?#\s]+)(?::\d{1,5})?$/i.exec(headers.host ?? '') ?? []
  if (host === undefined) return false
  return (access.local && isLoopback(host)) || access.hosts.has(host.toLowerCase().replace(/^\[|\]$/g, ''))
}

/** An absent Origin is a program, not a page. Call it after `hostAllowed`, which makes the Host trustworthy. */
export const originAllowed = (access: Access, headers: IncomingHttpHeaders): boolean => {
  const { origin } = headers
  if (origin === undefined) return true
  return (
    origin === `http://${headers.host ?? ''}` || access.publicAddresses.some((each) => each.origin === origin)
  )
}

/**
 * A page of another site made the browser ask, or one of another port. What a person opens by themselves is of no site.
 * Programs say nothing, nor do browsers on plain http from another machine.
 */
export const siteAllowed = (headers: IncomingHttpHeaders): boolean => {
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

/** For what makes the relay act: a `fetch` of our own page, or a program; no link, no frame, no picture. */
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

/** null: that role has none. Without any, everybody who reaches the relay may write. */
export type Tokens = Readonly<Record<Role, string | null>>

/** What an asker may do at this address; null: nothing. */
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
    // All of them, so that the time tells nothing.
    const [found] = known.filter((token) => timingSafeEqual(given, token.digest))
    return found === undefined ? null : { user: null, role: found.role }
  }
}

export const tokenNeeded = 'a token is required: open the URL that the relay printed when it started'

/** Who was refused what, for the log: never the query, which may have a token. */
export const clientAddress = ({ url = '', headers }: IncomingMessage): Facts => {
  const { host, origin, 'sec-fetch-site': site } = headers
  return Object.fromEntries(
    Object.entries({ path: url.split('?')[0], host, origin, site })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value).slice(0, 200)]),
  )
}

/** Lax, so that a link in a mail opens the notebook of somebody who was here; changing requests check the Origin too. */
export const tokenCookie = (token: string): string =>
  `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000`
