// Highlights commented passages in rendered notes and replies. Source offsets do not apply there, so the quoted words are
// searched in the rendered text, and highlighted without changing the elements.
import { commentClass } from './comment-class.ts'

interface ShownText {
  readonly text: string
  /** Of each character, its node and offset there. */
  readonly at: readonly (readonly [Text, number])[]
}

/** Collapses white space, as HTML does. */
const textOf = (root: Element): ShownText => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const at: (readonly [Text, number])[] = []
  let text = ''
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    for (const [offset, unit] of Array.from((node as Text).data).entries()) {
      const isSpace = /\s/.test(unit)
      if (isSpace && (text === '' || text.endsWith(' '))) continue
      text += isSpace ? ' ' : unit
      for (let i = 0; i < (isSpace ? 1 : unit.length); i++) at.push([node as Text, offset])
    }
  return { text, at }
}

/** Without Markdown syntax. */
const shownWords = (quote: string): string =>
  quote
    .replace(/[*_`#>]+/g, '')
    .replace(/\s+/g, ' ')
    .trim()

const rangeOf = ({ text, at }: ShownText, quote: string): Range | null => {
  const words = shownWords(quote)
  const start = words === '' ? -1 : text.indexOf(words)
  const [first, last] = [at[start], at[start + words.length - 1]]
  if (start < 0 || first === undefined || last === undefined) return null
  const range = document.createRange()
  range.setStart(...first)
  range.setEnd(last[0], Math.min(last[1] + 1, last[0].length))
  return range
}

const highlightOf = (isChosen: boolean): Highlight => {
  const name = commentClass(isChosen).split(' ').at(-1) ?? ''
  const found = CSS.highlights.get(name) ?? new Highlight()
  CSS.highlights.set(name, found)
  return found
}

/** The marks of one cell. */
export class RenderedMarks {
  private drawn: { readonly range: Range; readonly highlight: Highlight }[] = []

  show(
    root: Element | null,
    quotes: readonly { readonly quote: string; readonly isChosen: boolean }[],
  ): void {
    this.clear()
    // Not supported by older browsers.
    if (root === null || quotes.length === 0 || !('highlights' in CSS)) return
    const shown = textOf(root)
    for (const { quote, isChosen } of quotes) {
      const range = rangeOf(shown, quote)
      if (range === null) continue
      const highlight = highlightOf(isChosen)
      highlight.add(range)
      this.drawn.push({ range, highlight })
    }
  }

  clear(): void {
    for (const { range, highlight } of this.drawn) highlight.delete(range)
    this.drawn = []
  }
}
