// The response headers of /frame/strict.html. They are what makes the frame safe, more than the iframe's attribute:
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
