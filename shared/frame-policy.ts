// The response headers of the page and its frames, by the relay and, where it answers in its place, by the service
// worker.
//
// Those of /frame/*.html and /kernel/frame.html are what makes the frame safe, more than the iframe's attribute:
// a frame with `sandbox="allow-scripts"` alone is not served by a service worker, so offline it would be blank; with
// `allow-scripts allow-same-origin` and this policy it is, and still has no origin.

/** `origin` is the page's own, as in `http://127.0.0.1:8484`. */
function outputFrameHeaders(origin: string, hosts: readonly string[]): Readonly<Record<string, string>> {
  const elsewhere = hosts.map((host) => ` https://${host}`).join('')
  const policy = [
    'sandbox allow-scripts',
    "default-src 'none'",
    // blob: is how a widget's module is imported from its text. It lets in no code that eval does not: only the frame
    // itself can make an address of its blobs. Workers would fall under it too.
    `script-src 'unsafe-inline' 'unsafe-eval' ${origin} blob:${elsewhere}`,
    "worker-src 'none'",
    `style-src 'unsafe-inline' ${origin}${elsewhere}`,
    `img-src data: blob:${elsewhere}`,
    `media-src data: blob:${elsewhere}`,
    `font-src data: ${origin}${elsewhere}`,
    `connect-src ${elsewhere.trim() || "'none'"}`,
    "form-action 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    // What connect-src leaves open: WebRTC, in nested frames too. Measured in Chromium 156: STUN packets left without
    // it, none with it. https://wicg.github.io/connection-allowlists/
    'Connection-Allowlist': `(response-origin${hosts.map((host) => ` "https://${host}/*"`).join('')})`,
    // The page is cross-origin isolated, so its frames must ask for the same.
    'Cross-Origin-Embedder-Policy': 'credentialless',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  }
}

const hostPattern = /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/
const mostHosts = 30

const isHost = (text: string): boolean => hostPattern.test(text)

/**
 * The frame for outputs that a person lets load from these servers. Its address says which, so that relay and service
 * worker need to remember nothing. What is in a frame may go there by itself; the page shows an output to no frame that
 * may reach more than it was made with.
 */
export const openFrameHosts = (search: string): readonly string[] =>
  [...search.matchAll(/[?&]host=([^&]*)/g)]
    .map(([, host]) => host ?? '')
    .filter(isHost)
    .slice(0, mostHosts)

/**
 * For the frame whose worker runs the notebook's code. It has no origin: none of the app's storage, caches and cookies,
 * and it may read of the network what https servers allow everyone to. Measured in ../shared/design/kernel-origin.md.
 */
export function kernelFrameHeaders(): Readonly<Record<string, string>> {
  const policy = [
    'sandbox allow-scripts',
    "default-src 'none'",
    "script-src 'unsafe-inline' 'unsafe-eval' blob:",
    // data: for browsers that make no worker from a blob here, see client/kernel/frame.ts.
    'worker-src blob: data:',
    'connect-src https: data: blob:',
    "frame-ancestors 'self'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Embedder-Policy': 'credentialless',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  }
}

/**
 * The page: nothing from outside and no inline script; carets, CodeMirror and MathJax need inline styles. A frame, by
 * whatever script in it, can go to no other address than those of our frames: a navigation would be a request of ours.
 */
const pagePolicy = (origin: string): string =>
  [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    // To Firefox what the service worker answers has the address of its script, which is text and no page.
    `frame-src ${origin}/frame/strict.html ${origin}/frame/open.html ${origin}/kernel/frame.html ${origin}/service-worker.js`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/** Of what is built, by its address. */
export function builtHeaders(
  pathname: string,
  search: string,
  origin: string,
): Readonly<Record<string, string>> {
  switch (pathname) {
    case '/frame/strict.html':
      return outputFrameHeaders(origin, [])
    case '/frame/open.html':
      return outputFrameHeaders(origin, openFrameHosts(search))
    case '/kernel/frame.html':
      return kernelFrameHeaders()
    default:
      return { 'Content-Security-Policy': pagePolicy(origin) }
  }
}
