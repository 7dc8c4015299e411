// Links in a traceback: `Cell In[3], line 2` becomes a button that goes to that line.
import { errorLocation, type ErrorLocation } from '../../shared/notebook/output/error-location.ts'

/** Bubbling event with an `ErrorLocation` as detail. */
export const goToLineEvent = 'nb-place'

/** Replaces line references in the text of `element` by buttons. */
export const linkErrorLocations = (element: HTMLElement): void => {
  const matches = [...element.textContent.matchAll(errorLocation)].toReversed()
  for (const { index, 0: text, 1: count, 2: line } of matches) {
    const range = document.createRange()
    const [start, end] = [positionOf(element, index), positionOf(element, index + text.length)]
    if (start === null || end === null) continue
    range.setStart(start.node, start.offset)
    range.setEnd(end.node, end.offset)
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'nb-place'
    button.title = 'Go to this line'
    button.append(range.extractContents())
    range.insertNode(button)
    const detail: ErrorLocation = { count: Number(count), line: Number(line) }
    button.addEventListener('click', () =>
      button.dispatchEvent(new CustomEvent(goToLineEvent, { detail, bubbles: true })),
    )
  }
}

const positionOf = (element: HTMLElement, index: number): { node: Text; offset: number } | null => {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  let left = index
  for (let node = texts.nextNode(); node instanceof Text; node = texts.nextNode()) {
    if (left <= node.length) return { node, offset: left }
    left -= node.length
  }
  return null
}
