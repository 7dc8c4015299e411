type Load = () => Promise<unknown>

/** Milliseconds after which a script that could not be fetched is tried again. */
const retryDelay = 5_000

const waiting = new Set<Load>()

/**
 * Loads a script that the page can do without for a while: where it cannot be fetched, until it can. The same function
 * given again meanwhile adds no second attempt.
 */
export const loadScript = (load: Load): void => {
  if (waiting.has(load)) return
  waiting.add(load)
  load().then(
    () => waiting.delete(load),
    (error: unknown) => {
      console.warn('Will be loaded again:', error)
      setTimeout(() => {
        waiting.delete(load)
        loadScript(load)
      }, retryDelay)
    },
  )
}

/** What is not needed to show the notebook. */
export const loadAfterPaint = (load: Load): void => {
  requestAnimationFrame(() => setTimeout(() => loadScript(load)))
}
