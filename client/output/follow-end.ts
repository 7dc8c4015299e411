// Keeps the end of text that grows in sight, as a terminal does: for as long as it is in sight, so that whoever scrolls
// away from it stays where they are.

/** CSS pixels by which the end may be out of sight and still be followed. */
const slack = 24

/**
 * To be called before the text grows; what it returns, after that. `box` holds the text, and may scroll by itself; where
 * it does not, the page is scrolled.
 */
export const followEnd = (box: HTMLElement): (() => void) => {
  const isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - slack
  const edge = innerHeight - (document.querySelector('.nb-foot')?.clientHeight ?? 0)
  const { bottom } = box.getBoundingClientRect()
  const isInSight = bottom > 0 && bottom <= edge + slack
  return () => {
    if (isAtEnd) box.scrollTop = box.scrollHeight
    if (!isInSight || isWritingElsewhere(box)) return
    const past = box.getBoundingClientRect().bottom - edge
    if (past > 0) scrollBy({ top: past, behavior: 'instant' })
  }
}

/** Their line would be pushed about. */
const isWritingElsewhere = (box: HTMLElement): boolean => {
  const text = document.activeElement?.closest('.cm-content')
  return text != null && text.closest('nb-cell') !== box.closest('nb-cell')
}
