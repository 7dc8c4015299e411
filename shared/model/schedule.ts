/** Runs `action` after `ms` milliseconds; the returned function cancels it. */
export type Schedule = (ms: number, action: () => void) => () => void
