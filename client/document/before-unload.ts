// Leaving a page that holds words which are nowhere else. The browser asks, in its own words; where the page would only
// be changed, it is left for real, so that the browser can ask.

/** Has the browser ask before the page is left for as long as `atRisk`. Returns what ends it. */
export const askBeforeLeaving = (hasUnsavedData: () => boolean): (() => void) => {
  const ask = (event: BeforeUnloadEvent): void => {
    if (hasUnsavedData()) event.preventDefault()
  }
  addEventListener('beforeunload', ask)
  return () => removeEventListener('beforeunload', ask)
}

/** Whether somebody would be asked now. */
export const wouldAsk = (): boolean => !dispatchEvent(new Event('beforeunload', { cancelable: true }))
