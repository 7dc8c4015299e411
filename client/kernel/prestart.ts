import type { Kernel } from './kernel.ts'

/** What Chromium tells of the connection; other browsers tell nothing. */
interface Connection {
  readonly saveData?: boolean
}

/**
 * Starts Python before anybody asked, so that the first run finds it ready: once the page is seen, the notebook is there
 * and the page has nothing else to do; what Python starts in is made at once. A tab restored in the background waits until somebody looks at it, and who asked their browser to save data gets
 * Python with the first run only. The function it gives calls it off.
 */
export const startAhead = (kernel: Kernel, opened: Promise<void>): (() => void) => {
  const { connection } = navigator as { connection?: Connection }
  const off = new AbortController()
  if (connection?.saveData === true) return () => undefined
  const idle = globalThis.requestIdleCallback ?? ((start: () => void) => setTimeout(start, 1_000))
  const seen = (): void => {
    if (document.visibilityState !== 'visible') return
    document.removeEventListener('visibilitychange', seen)
    if (off.signal.aborted) return
    kernel.prepare()
    void opened.then(() =>
      idle(() => {
        if (!off.signal.aborted) void kernel.start()
      }),
    )
  }
  document.addEventListener('visibilitychange', seen, { signal: off.signal })
  seen()
  return () => off.abort()
}
