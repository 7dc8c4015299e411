// Keeps the end of growing text in sight, as a terminal does, unless the person has scrolled away from it. While they write
// below it, their line stays where it is instead.
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
  const text = writtenElsewhere(box)
  const line = text?.getBoundingClientRect().top ?? 0
  // What grows out of sight is up to the browser.
  const isBelow = text !== null && bottom > pane.top && line >= bottom && line < edge
  return () => {
    if (isAtEnd) box.scrollTop = box.scrollHeight
    const past = box.getBoundingClientRect().bottom - edge
    const moved = isBelow ? text.getBoundingClientRect().top - line : 0
    const by = text === null && isInSight ? Math.max(past, 0) : moved
    if (by !== 0) pane.scroller.scrollBy({ top: by, behavior: 'instant' })
  }
}

/** The text of another cell that its person is writing in. */
const writtenElsewhere = (box: HTMLElement): Element | null => {
  const text = document.activeElement?.closest('.cm-content') ?? null
  return text?.closest('nb-cell') === box.closest('nb-cell') ? null : text
}
