// Registers the service worker. Without one (plain http on another machine, private windows of some browsers) the page only
// works while the relay is reachable.

import { toBrowserPath } from '../base-path.ts'

/** Caches the page, and then Python, for offline use. */
export const keepPage = async (): Promise<void> => {
  if (!('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register(toBrowserPath('/service-worker.js'))
    const { active } = await navigator.serviceWorker.ready
    active?.postMessage('keep-python')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    console.warn(`The page cannot be cached for offline use: ${error.message}`)
  }
}
