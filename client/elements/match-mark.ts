// Marks a found text where it is shown: in a source, or in what was rendered from it. The document's text need not be on
// the page as it is (Markdown, outputs in frames); then the whole part is scrolled to.
import type { Match } from '../find/search.ts'
import { paneOf } from '../notebooks/pane.ts'
import { NbSource } from './nb-source.ts'
import { ShownText } from './shown-text.ts'

const highlight = 'nb-found'
/** Frames within which a cell coming into view has shown its content. */
const patience = 60

/** The source with the mark. */
let marked: NbSource | null = null

export const clearMatch = (): void => {
  if ('highlights' in CSS) CSS.highlights.delete(highlight)
  marked?.unmarkFound()
  marked = null
}

const mark = (range: Range): void => {
  if (!('highlights' in CSS)) return
  const found = new Highlight(range)
  // Over the marks of the other matches.
  found.priority = 1
  CSS.highlights.set(highlight, found)
}

const scrollTo = (range: Range): void => {
  const element = range.startContainer.parentElement
  const { top, bottom } = range.getBoundingClientRect()
  const pane = paneOf(element)
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(pane.scroller)
  const isSeen =
    top >= pane.top + (parseFloat(scrollPaddingTop) || 0) &&
    bottom <= pane.bottom - (parseFloat(scrollPaddingBottom) || 0)
  if (!isSeen) element?.scrollIntoView({ block: 'center' })
}

/** Where a part is shown that is not shown as its source. */
export const partSelector: Readonly<Record<Match['part'], string>> = {
  source: ':scope > .nb-body > nb-markdown',
  reply: 'nb-reply',
  output: 'nb-output',
}

/** False for a note that is shown rendered. */
export const isShown = (source: NbSource): boolean => !source.hasAttribute('data-hidden')

let latest = 0

/** Cells that come into view change their heights, and with them where the match is. */
const keepInSight = (find: () => Element | null, left: number): void => {
  const found = find()
  if (found !== null) {
    const range = document.createRange()
    range.selectNodeContents(found)
    scrollTo(range)
  }
  if (left > 0) requestAnimationFrame(() => keepInSight(find, left - 1))
}

/** Also marks a match whose cell must first come into view. */
export const showMatch = (cell: Element, match: Match): void => {
  const turn = ++latest
  clearMatch()
  cell.scrollIntoView({ block: 'nearest' })
  const source = cell.querySelector(':scope > .nb-body > nb-source')
  if (match.part === 'source' && source instanceof NbSource && isShown(source)) {
    marked = source
    source.markFound(match.from, match.to)
    return keepInSight(() => (turn === latest ? source.querySelector('.nb-found') : null), patience)
  }
  const attempt = (left: number): void => {
    if (turn !== latest) return
    const part = cell.querySelector(partSelector[match.part])
    const range = part === null ? null : new ShownText(part).nth(match.text, match.nth)
    if (range !== null) {
      mark(range)
      scrollTo(range)
    } else if (left > 0) requestAnimationFrame(() => attempt(left - 1))
    else (part ?? cell).scrollIntoView({ block: 'nearest' })
  }
  attempt(patience)
}
