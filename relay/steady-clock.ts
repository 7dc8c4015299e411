/** Milliseconds of a clock that is never set, for measuring waits: if the wall clock is set back, a second takes hours. */
export const steadyNow = (): number => performance.timeOrigin + performance.now()
