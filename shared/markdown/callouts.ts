// Quotes that begin with `[!NOTE]` and the like are callouts, as on GitHub.
import type { MarkdownIt, StateCore } from 'markdown-it'

const titles = {
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
} as const

const mark = /^\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|$)/i

export const calloutRules = (markdown: MarkdownIt): void => {
  markdown.core.ruler.after('block', 'callouts', (state) => {
    for (let at = state.tokens.length - 1; at >= 0; at--) markCallout(state, at)
  })
}

const markCallout = ({ tokens, Token }: StateCore, at: number): void => {
  const [quote, paragraph, inline] = tokens.slice(at, at + 3)
  if (quote?.type !== 'blockquote_open' || paragraph?.type !== 'paragraph_open' || inline?.type !== 'inline')
    return
  const found = mark.exec(inline.content)
  if (found === null) return
  const kind = (found[1] ?? 'note').toLowerCase() as keyof typeof titles
  quote.attrJoin('class', `nb-callout nb-callout-${kind}`)
  const rest = inline.content.slice(found[0].length)
  if (rest.trim() === '') {
    paragraph.attrJoin('class', 'nb-callout-title')
    inline.content = titles[kind]
    return
  }
  inline.content = rest
  const open = new Token('paragraph_open', 'p', 1)
  open.attrJoin('class', 'nb-callout-title')
  const title = new Token('inline', '', 0)
  title.content = titles[kind]
  title.children = []
  tokens.splice(at + 1, 0, open, title, new Token('paragraph_close', 'p', -1))
}
