// What scrolls around an element: the window, or of two notebooks side by side the middle of its own.

export interface Pane {
  readonly scroller: Element
  /** Its edges in the window. */
  readonly top: number
  readonly bottom: number
}

export const paneOf = (element: Element | null): Pane => {
  const main = element?.closest('nb-app[data-split] > nb-page > main') ?? null
  if (main === null) return { scroller: document.documentElement, top: 0, bottom: innerHeight }
  const { top, bottom } = main.getBoundingClientRect()
  return { scroller: main, top, bottom }
}
