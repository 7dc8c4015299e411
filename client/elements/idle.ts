// Work that can wait until the page is painted: piece by piece, while nothing else is to be done.

/** Milliseconds of work at a time: a key waits no longer. */
const slice = 6
/** Milliseconds after which some is done even if the page is busy. */
const patience = 500

const waiting: (() => void)[] = []

/** Safari has no idle callbacks. */
const soon = (action: () => void): void => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(action, { timeout: patience })
  else setTimeout(action)
}

const next = (): void => {
  const end = performance.now() + slice
  do waiting.shift()?.()
  while (waiting.length > 0 && performance.now() < end)
  if (waiting.length > 0) soon(next)
}

/** In the order of the calls. */
export const whenIdle = (action: () => void): void => {
  if (waiting.push(action) === 1) soon(next)
}
