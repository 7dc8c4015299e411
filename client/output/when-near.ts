import { paper } from './paper.ts'

/**
 * Calls `action` once: when the element comes within so many pixels of the viewport, or is to be printed. The returned
 * function ends the wait.
 */
export const whenNear = (element: Element, pixels: number, action: () => void): (() => void) => {
  const begin = (): void => {
    stop()
    action()
  }
  const margin = `${pixels}px`
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) begin()
    },
    { rootMargin: margin, scrollMargin: margin },
  )
  const stopWaiting = paper.onStart(begin)
  const stop = (): void => {
    observer.disconnect()
    stopWaiting()
  }
  observer.observe(element)
  if (paper.isPrinting) begin()
  return stop
}
