// Keeps the end of text that grows in sight, as a terminal does: for as long as it is in sight, so that whoever scrolls
// away from it stays where they are.
import { paneOf } from '../notebooks/pane.ts'

/** CSS pixels by which the end may be out of sight and still be followed. */
const slack = 24

/**
 * To be called before the text grows; what it returns, after that. `box` holds the text, and may scroll by itself; where
 * it does not, the page is scrolled.
 */
export const followEnd = (box: HTMLElement): (() => void) => {
  const isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - slack
  const pane = paneOf(box)
  const edge = pane.bottom - (box.closest('nb-page')?.querySelector('.nb-foot')?.clientHeight ?? 0)
  const { bottom } = box.getBoundingClientRect()
  const isInSight = bottom > pane.top && bottom <= edge + slack
  return () => {
    if (isAtEnd) box.scrollTop = box.scrollHeight
    if (!isInSight || isWritingElsewhere(box)) return
    const past = box.getBoundingClientRect().bottom - edge
    if (past > 0) pane.scroller.scrollBy({ top: past, behavior: 'instant' })
  }
}

/** Their line would be pushed about. */
const isWritingElsewhere = (box: HTMLElement): boolean => {
  const text = document.activeElement?.closest('.cm-content')
  return text != null && text.closest('nb-cell') !== box.closest('nb-cell')
}
