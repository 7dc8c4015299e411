// The path of a proxy under which the relay is reached, such as `/lab`; '' without one. A proxy may remove it from the
// URLs it passes on, or keep it. If it is known, URLs that the browser follows begin with it; if not, the page refers to
// its scripts by relative URLs.
import type { IncomingHttpHeaders } from 'node:http'

/** One of `PUBLIC_ORIGIN`. `path` has no slash at its end. */
export interface PublicAddress {
  readonly origin: string
  readonly path: string
}

export const publicAddress = (text: string): PublicAddress => {
  const { origin, pathname } = new URL(text)
  return { origin, path: pathname.replace(/\/+$/, '') }
}

const maxPath = 200

/** From the proxy's header, or from the cookie of a page that detected it (client/base-path.ts). */
const claimedPath = (headers: IncomingHttpHeaders): string => {
  const [, cookie] = /(?:^|; )base-path=([^;]*)/.exec(headers.cookie ?? '') ?? []
  const claimed = String(headers['x-forwarded-prefix'] ?? cookie ?? '').replace(/\/+$/, '')
  return claimed.length <= maxPath && /^(\/[\w.~-]+)+$/.test(claimed) ? claimed : ''
}

const isUnder = (target: string, path: string): boolean =>
  path !== '' && target.startsWith(path) && ['/', '?', undefined].includes(target[path.length])

/** The request's URL without the base path, if it has it; null if it is just the base path without a final slash. */
export const withoutBasePath = (
  addresses: readonly PublicAddress[],
  headers: IncomingHttpHeaders,
  target: string,
): string | null => {
  const paths = [...addresses.map(({ path }) => path), claimedPath(headers)]
  const path = paths.find((each) => isUnder(target, each))
  if (path === undefined) return target
  const rest = target.slice(path.length)
  return rest.startsWith('/') ? rest : null
}

/**
 * Possible base URLs in the browser, such as `https://host/lab`, the most likely first: if a proxy changes the Host
 * header, the right one is unknown.
 */
export const browserAddresses = (
  addresses: readonly PublicAddress[],
  headers: IncomingHttpHeaders,
): readonly [string, ...string[]] => {
  const host = headers.host ?? ''
  const all = addresses.map(({ origin, path }) => origin + path)
  const own = addresses.filter(({ origin }) => new URL(origin).host === host)
  const [first = `http://${host}${claimedPath(headers)}`] = own.map(({ origin, path }) => origin + path)
  return [first, ...new Set(all.filter((each) => each !== first))]
}

/** The path in such a URL: `/lab`, or ''. */
export const pathOf = (address: string): string => publicAddress(address).path

/** From this path of the relay to its root, as a relative URL: `../` for `/notebook/x`. */
export const toRoot = (pathname: string): string => '../'.repeat(pathname.split('/').length - 2) || './'
