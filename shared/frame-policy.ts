// The response headers of the page and its frames, by the relay and, where it answers in its place, by the service
// worker.
//
// Those of /frame/strict.html and /kernel/frame.html are what makes the frame safe, more than the iframe's attribute:
// a frame with `sandbox="allow-scripts"` alone is not served by a service worker, so offline it would be blank; with
// `allow-scripts allow-same-origin` and this policy it is, and still has no origin.

/** `origin` is the page's own, as in `http://127.0.0.1:8484`. */
export function strictFrameHeaders(origin: string): Readonly<Record<string, string>> {
  const policy = [
    'sandbox allow-scripts',
    "default-src 'none'",
    // blob: is how a widget's module is imported from its text. It lets in no code that eval does not: only the frame
    // itself can make an address of its blobs. Workers would fall under it too.
    `script-src 'unsafe-inline' 'unsafe-eval' ${origin} blob:`,
    "worker-src 'none'",
    `style-src 'unsafe-inline' ${origin}`,
    'img-src data: blob:',
    'media-src data: blob:',
    `font-src data: ${origin}`,
    "connect-src 'none'",
    "form-action 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    // What connect-src leaves open: WebRTC, in nested frames too. Measured in Chromium 156: STUN packets left without
    // it, none with it. https://wicg.github.io/connection-allowlists/
    'Connection-Allowlist': '(response-origin)',
    // The page is cross-origin isolated, so its frames must ask for the same.
    'Cross-Origin-Embedder-Policy': 'credentialless',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  }
}

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
 * The page: nothing from outside and no inline script; carets, CodeMirror and KaTeX need inline styles. A frame, by
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
    `frame-src ${origin}/frame/strict.html ${origin}/kernel/frame.html ${origin}/service-worker.js`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/** Of what is built, by its path. */
export const builtHeaders = (pathname: string, origin: string): Readonly<Record<string, string>> =>
  pathname === '/frame/strict.html'
    ? strictFrameHeaders(origin)
    : pathname === '/kernel/frame.html'
      ? kernelFrameHeaders()
      : { 'Content-Security-Policy': pagePolicy(origin) }
