/** Moves the focus among the items of a menu by the arrow keys, Home and End; false for any other key. */
export const moveFocus = (event: KeyboardEvent, items: readonly HTMLElement[]): boolean => {
  const at = items.indexOf(document.activeElement as HTMLElement)
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key]
  if (to === undefined) return false
  const item = items.at(to % items.length)
  item?.focus({ preventScroll: true })
  // Only the menu is to scroll: within the padding of html, the page would, too.
  const menu = item?.closest('[role="menu"]')
  if (item !== undefined && menu) {
    const { offsetTop, offsetHeight } = item
    menu.scrollTop = Math.min(
      offsetTop,
      Math.max(menu.scrollTop, offsetTop + offsetHeight - menu.clientHeight),
    )
  }
  event.preventDefault()
  return true
}
