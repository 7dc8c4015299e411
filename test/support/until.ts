import { vi } from 'vitest'

/** Waits until the condition holds, with a generous timeout for a busy machine. */
export const until = (condition: () => unknown, timeout = 60_000): Promise<unknown> =>
  vi.waitUntil(condition, { timeout, interval: 10 })
