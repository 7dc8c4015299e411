import { vi } from 'vitest'

/** Waits until the condition holds; the limit is for a busy machine, no measure of speed. */
export const until = (condition: () => unknown): Promise<unknown> =>
  vi.waitUntil(condition, { timeout: 15_000, interval: 10 })
