/** Options for `expect.poll`, with a timeout for a busy machine. */
export const soon = { timeout: 10_000 } as const
