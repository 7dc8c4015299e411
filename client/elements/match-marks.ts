// Marks every match near the window while the search is open; the present one has a mark of its own (`match-mark`).
import type { EditorView } from '@codemirror/view'
import type { Find } from '../find/find.ts'
import { patternOf } from '../find/matches.ts'
import type { Match } from '../find/search.ts'
import { isShown, partSelector } from './match-mark.ts'
import { NbSource } from './nb-source.ts'
import { ShownText } from './shown-text.ts'

const highlight = 'nb-match'

/** Only the lines an editor shows have places on the page. */
const rangeIn = (view: EditorView, { from, to }: Match): Range | null => {
  if (to > view.state.doc.length || !view.visibleRanges.some((each) => each.from <= from && to <= each.to))
    return null
  const [start, end] = [view.domAtPos(from, 1), view.domAtPos(to, -1)]
  const range = document.createRange()
  range.setStart(start.node, start.offset)
  range.setEnd(end.node, end.offset)
  return range
}

const inSource = (source: NbSource, matches: readonly Match[]): (Range | null)[] => {
  const { view } = source
  if (view !== null) return matches.map((match) => rangeIn(view, match))
  const shown = new ShownText(source, '.nb-caret')
  return matches.map(({ from, to }) => shown.range(from, to))
}

/** What is rendered from a text may say it elsewhere. */
const inRendered = (element: Element, matches: readonly Match[], { query }: Find): (Range | null)[] => {
  const shown = new ShownText(element)
  const pattern = patternOf(query)
  // On the page no regular expression is tried: some take longer than anybody waits.
  if (query.regex || !pattern.ok) return matches.map(({ text, nth }) => shown.nth(text, nth))
  return [...shown.text.matchAll(pattern.pattern)].map(({ 0: text, index }) =>
    shown.range(index, index + text.length),
  )
}

/** `matches` are all of one part. */
const inPart = (cell: Element, matches: readonly Match[], find: Find): (Range | null)[] => {
  const part = matches[0]?.part ?? 'source'
  const source = cell.querySelector(':scope > .nb-body > nb-source')
  // The editor marks the present one itself.
  if (part === 'source' && source instanceof NbSource && isShown(source))
    return inSource(
      source,
      matches.filter((match) => match !== find.present),
    )
  const element = cell.querySelector(partSelector[part])
  return element === null ? [] : inRendered(element, matches, find)
}

const parts = ['source', 'reply', 'output'] as const

const isNear = (cell: Element): boolean => {
  const { top, bottom } = cell.getBoundingClientRect()
  return bottom > -innerHeight && top < 2 * innerHeight
}

const draw = (find: Find): void => {
  const byCell = new Map<string, Match[]>()
  for (const match of find.matches) {
    const others = byCell.get(match.cell)
    if (others === undefined) byCell.set(match.cell, [match])
    else others.push(match)
  }
  const ranges = [...document.querySelectorAll<HTMLElement>('nb-cell[data-cell-id]')].flatMap((cell) => {
    const matches = byCell.get(cell.dataset['cellId'] ?? '')
    if (matches === undefined || !isNear(cell)) return []
    return parts.flatMap((part) => {
      const some = matches.filter((match) => match.part === part)
      return some.length === 0 ? [] : inPart(cell, some, find)
    })
  })
  CSS.highlights.set(highlight, new Highlight(...ranges.filter((range) => range !== null)))
}

/** Marks the matches until it is stopped, which the returned function does. */
export const markMatches = (find: Find): (() => void) => {
  if (!('highlights' in CSS)) return () => undefined
  let frame = 0
  const later = (): void => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => draw(find))
  }
  const drawn = new MutationObserver(later)
  const main = document.querySelector('main') ?? document.body
  drawn.observe(main, { subtree: true, childList: true, characterData: true })
  const options = { capture: true, passive: true }
  addEventListener('scroll', later, options)
  const stop = find.onChange(later)
  later()
  return () => {
    cancelAnimationFrame(frame)
    drawn.disconnect()
    removeEventListener('scroll', later, options)
    stop()
    CSS.highlights.delete(highlight)
  }
}
