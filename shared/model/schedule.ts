/** Does `action` after `ms` milliseconds, unless the returned function is called before. */
export type Schedule = (ms: number, action: () => void) => () => void
