// Registers the service worker. Without one (plain http on another machine, private windows of some browsers) the page only
// works while the relay is reachable.

import { toBrowserPath } from '../base-path.ts'

const isBuilt = (url: string): boolean =>
  ['/assets/', '/frame/'].some((folder) => url.startsWith(location.origin + toBrowserPath(folder)))

/** Passes on the URLs of built files that were loaded without the service worker. */
const watchOthers = (take: (urls: readonly string[]) => void): void =>
  new PerformanceObserver((list) => {
    const others = list
      .getEntries()
      .filter((entry) => entry instanceof PerformanceResourceTiming && entry.workerStart === 0)
      .map(({ name }) => name)
      .filter(isBuilt)
    if (others.length > 0) take(others)
  }).observe({ type: 'resource', buffered: true })

/** Caches the page, then Python, for offline use, and the libraries that the page loaded before that. */
export const keepPage = async (): Promise<void> => {
  if (!('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register(toBrowserPath('/service-worker.js'))
    const { active } = await navigator.serviceWorker.ready
    active?.postMessage('keep-python')
    watchOthers((urls) => active?.postMessage(urls))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    console.warn(`The page cannot be cached for offline use: ${error.message}`)
  }
}
