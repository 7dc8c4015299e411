import type { Kernel } from './kernel.ts'
import { isKept } from './send-parts.ts'

/** Chromium's network information; missing in other browsers. */
interface Connection {
  readonly saveData?: boolean
}

/**
 * Starts Python early, so that the first run finds it ready: once the page is visible and its notebook painted and, where
 * Python's files must be downloaded, idle. A tab restored in the background waits until it is visible, and with the
 * browser's data saver Python starts with the first run. The returned function cancels it.
 */
export const startAhead = (kernel: Kernel, opened: Promise<void>): (() => void) => {
  const { connection } = navigator as { connection?: Connection }
  const off = new AbortController()
  if (connection?.saveData === true) return () => undefined
  const idle = globalThis.requestIdleCallback ?? ((start: () => void) => setTimeout(start, 1_000))
  const start = (): void => {
    if (!off.signal.aborted) void kernel.start()
  }
  const begin = async (): Promise<void> => {
    const [isHere] = await Promise.all([isKept(), opened])
    if (isHere) requestAnimationFrame(() => setTimeout(start))
    else idle(start)
  }
  const seen = (): void => {
    if (document.visibilityState !== 'visible') return
    document.removeEventListener('visibilitychange', seen)
    if (off.signal.aborted) return
    kernel.prepare()
    void begin()
  }
  document.addEventListener('visibilitychange', seen, { signal: off.signal })
  seen()
  return () => off.abort()
}
