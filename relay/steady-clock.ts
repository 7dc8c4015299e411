/** Milliseconds of a clock that nobody sets: for waiting. A wall clock set back would make a wait of a second one of hours. */
export const steadyNow = (): number => performance.timeOrigin + performance.now()
