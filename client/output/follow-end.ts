// Keeps the end of growing text in sight, as a terminal does, unless the person has scrolled away from it.
import { paneOf } from '../notebooks/pane.ts'

/** CSS pixels by which the end may be out of sight and still be followed. */
const slack = 24

/**
 * Call it before the text grows, and the returned function after that. Scrolls `box`, which contains the text, and the
 * page.
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

/** Scrolling would move the line they write in. */
const isWritingElsewhere = (box: HTMLElement): boolean => {
  const text = document.activeElement?.closest('.cm-content')
  return text != null && text.closest('nb-cell') !== box.closest('nb-cell')
}
