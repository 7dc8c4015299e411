// Response headers of the page and its frames, used by both the relay and the service worker.
//
// The frames are isolated by these headers, not by the iframe attribute: a service worker does not serve a frame with
// `sandbox="allow-scripts"` alone, so it would be blank offline. With `allow-scripts allow-same-origin` plus this policy
// the service worker serves it, and it still has an opaque origin.

type Headers = Readonly<Record<string, string>>

/** For every response. A cross-origin isolated page can only embed frames that set COEP too. */
export const everyHeader: Headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'credentialless',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

const outputFrameHeaders = (addresses: readonly string[], hosts: readonly string[]): Headers => {
  const origin = [
    ...new Set(addresses.map((address) => /^\w+:\/\/[^/]+/.exec(address)?.[0] ?? address)),
  ].join(' ')
  const sources = hosts.map((host) => ` https://${host}`).join('')
  const policy = [
    'sandbox allow-scripts',
    "default-src 'none'",
    // blob: is for importing a widget's module from text. It allows nothing that 'unsafe-eval' does not: only the frame
    // itself can create its blob URLs. Without worker-src it would also apply to workers.
    `script-src 'unsafe-inline' 'unsafe-eval' ${origin} blob:${sources}`,
    "worker-src 'none'",
    `style-src 'unsafe-inline' ${origin}${sources}`,
    `img-src data: blob:${sources}`,
    `media-src data: blob:${sources}`,
    `font-src data: ${origin}${sources}`,
    `connect-src ${sources.trim() || "'none'"}`,
    "form-action 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    // connect-src does not cover WebRTC. In Chromium 156, STUN packets left a nested frame without this header and none
    // with it. https://wicg.github.io/connection-allowlists/
    'Connection-Allowlist': `(response-origin${hosts.map((host) => ` "https://${host}/*"`).join('')})`,
  }
}

const hostPattern = /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/
const maxHosts = 30

const isHost = (text: string): boolean => hostPattern.test(text)

/**
 * The hosts an output frame may load from, as listed in the frame's own URL, so the relay and the service worker keep no
 * state. An output could navigate its frame to a URL with more hosts; the page then stops that frame.
 */
export const openFrameHosts = (search: string): readonly string[] =>
  [...search.matchAll(/[?&]host=([^&]*)/g)]
    .map(([, host]) => host ?? '')
    .filter(isHost)
    .slice(0, maxHosts)

/**
 * For the frame whose worker runs the notebook's code. Its origin is opaque: it has no access to the app's storage,
 * caches and cookies, and can read only https responses that allow any origin. See ../shared/design/kernel-origin.md.
 */
export const kernelFrameHeaders = (): Headers => {
  const policy = [
    'sandbox allow-scripts',
    "default-src 'none'",
    "script-src 'unsafe-inline' 'unsafe-eval' blob:",
    // data: for browsers that cannot start a worker from a blob URL here, see client/kernel/frame.ts.
    'worker-src blob: data:',
    'connect-src https: data: blob:',
    "frame-ancestors 'self'",
  ]
  return { ...everyHeader, 'Content-Security-Policy': policy.join('; ') }
}

/** Firefox checks a response from the service worker against the URL of the worker's script. */
const framed = ['/frame/strict.html', '/frame/open.html', '/kernel/frame.html', '/service-worker.js']

/**
 * The page loads nothing from other servers and runs no inline script; carets, CodeMirror and MathJax need inline styles.
 * frame-src lists our frames by path, because a script in a frame could otherwise leak data by navigating the frame.
 */
const pagePolicy = (addresses: readonly string[]): string =>
  [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    `frame-src ${addresses.flatMap((address) => framed.map((path) => address + path)).join(' ')}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * Headers for a file of the build, by its path in the app. `addresses`: where the browser may see the app, such as
 * `http://127.0.0.1:8484` or `https://host/lab`.
 */
export const builtHeaders = (pathname: string, search: string, addresses: readonly string[]): Headers => {
  switch (pathname) {
    case '/frame/strict.html':
      return { ...everyHeader, ...outputFrameHeaders(addresses, []) }
    case '/frame/open.html':
      return { ...everyHeader, ...outputFrameHeaders(addresses, openFrameHosts(search)) }
    case '/kernel/frame.html':
      return kernelFrameHeaders()
    default:
      return { ...everyHeader, 'Content-Security-Policy': pagePolicy(addresses) }
  }
}
