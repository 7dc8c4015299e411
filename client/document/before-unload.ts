// Leaving a page with data that is stored nowhere else. The browser asks in its own words; for that, navigation within
// the page becomes a real page load.

/** Makes the browser ask before leaving while `hasUnsavedData`. Returns a function that ends it. */
export const askBeforeLeaving = (hasUnsavedData: () => boolean): (() => void) => {
  const ask = (event: BeforeUnloadEvent): void => {
    if (hasUnsavedData()) event.preventDefault()
  }
  addEventListener('beforeunload', ask)
  return () => removeEventListener('beforeunload', ask)
}

/** Whether the browser would ask now. */
export const wouldAsk = (): boolean => !dispatchEvent(new Event('beforeunload', { cancelable: true }))
