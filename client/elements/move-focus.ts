/** Moves the focus among the items of a menu by the arrow keys, Home and End; false for any other key. */
export const moveFocus = (event: KeyboardEvent, items: readonly HTMLElement[]): boolean => {
  const at = items.indexOf(document.activeElement as HTMLElement)
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key]
  if (to === undefined) return false
  items.at(to % items.length)?.focus()
  event.preventDefault()
  return true
}
