/** Options for `expect.poll`. Generous, for a busy machine: only a failing test waits that long. */
export const soon = { timeout: 60_000 } as const
