// Without a service worker (plain http on another machine, private windows of some browsers) the page works as long
// as the relay is there; nothing else depends on it.

/** Keeps the page, and then Python, for when there is no relay. */
export const keepPage = async (): Promise<void> => {
  if (!('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register('/service-worker.js')
    const { active } = await navigator.serviceWorker.ready
    active?.postMessage('keep-python')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    console.warn(`The page cannot be kept for offline use: ${error.message}`)
  }
}
