import { vi } from 'vitest'

/** Waits until the condition holds; the limit is for a busy machine, no measure of speed. */
export const until = (condition: () => unknown, timeout = 15_000): Promise<unknown> =>
  vi.waitUntil(condition, { timeout, interval: 10 })
