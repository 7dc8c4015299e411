/** For `expect.poll`: how long a condition may take on a machine that is busy with other tests. */
export const soon = { timeout: 10_000 } as const
