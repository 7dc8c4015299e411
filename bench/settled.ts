import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright'

const isSettled = async (): Promise<boolean> =>
  (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated' &&
  // The last that it caches.
  (await caches.match('/pyodide/python_stdlib.zip')) !== undefined

/**
 * Waits until the service worker has cached page and Python. Not by `waitForFunction`, which takes the promise of an
 * asynchronous function for a success.
 */
export const serviceWorkerSettled = async (page: Page): Promise<void> => {
  const end = performance.now() + 60_000
  while (!(await page.evaluate(isSettled))) {
    if (performance.now() > end)
      throw new Error('the service worker did not cache everything within a minute')
    await pause(100)
  }
}
