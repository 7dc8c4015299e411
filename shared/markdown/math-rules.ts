// TeX in markdown: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and bare `\begin{…}`, as Jupyter and models write it. It becomes
// an element with its source, of which KaTeX makes a formula.

import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it'

/** Beyond it a `$` is a dollar. It also bounds the search for an end, so that hostile text costs linear time. */
const longest = 4_000

export function mathRules(markdown: MarkdownIt): void {
  // Before `escape`, which would take the backslash of `\(`.
  markdown.inline.ruler.before('escape', 'math', inlineMath)
  markdown.block.ruler.before('fence', 'math', blockMath, { alt: ['paragraph', 'blockquote', 'list'] })
  markdown.renderer.rules['math'] = (tokens, index) => {
    const token = tokens[index]
    if (!token) return ''
    const display = token.block || token.markup === 'display'
    const tag = token.block ? 'div' : 'span'
    return `<${tag} class="nb-math" data-display="${display}">${markdown.utils.escapeHtml(token.content)}</${tag}>`
  }
}

const inlineForms = [
  { open: '$$', close: '$$', display: true },
  { open: '$', close: '$', display: false },
  { open: String.raw`\(`, close: String.raw`\)`, display: false },
  { open: String.raw`\[`, close: String.raw`\]`, display: true },
]

/** Where the next `close` stands, by text: each is looked for once, however many are opened before it. */
const ends = new WeakMap<StateInline, Map<string, number>>()

function nextEnd(state: StateInline, close: string, from: number): number {
  const known = ends.get(state) ?? new Map<string, number>()
  ends.set(state, known)
  const before = known.get(close)
  if (before !== undefined && before >= from) return before
  const found = state.src.indexOf(close, from)
  const end = found < 0 ? Infinity : found
  known.set(close, end)
  return end
}

function inlineMath(state: StateInline, silent: boolean): boolean {
  const form = inlineForms.find(({ open }) => state.src.startsWith(open, state.pos))
  if (!form) return false
  const start = state.pos + form.open.length
  const limit = Math.min(start + longest, state.posMax)
  const end = nextEnd(state, form.close, start)
  if (end + form.close.length > limit) return false
  const within = state.src.slice(start, limit)
  const length = form.open === '$' ? dollarEnd(within) : end - start
  if (length <= 0) return false
  if (!silent) {
    const token = state.push('math', '', 0)
    token.content = within.slice(0, length)
    token.markup = form.display ? 'display' : 'inline'
  }
  state.pos = start + length + form.close.length
  return true
}

/** Pandoc's rule keeps prices out: no space inside either dollar, no digit after the closing one. */
function dollarEnd(text: string): number {
  if (/^\s/.test(text)) return -1
  const end = /(?<![\s\\])\$(?!\d)/.exec(text)
  return end ? end.index : -1
}

function blockMath(state: StateBlock, first: number, last: number, silent: boolean): boolean {
  const line = (number: number): string =>
    state.src.slice((state.bMarks[number] ?? 0) + (state.tShift[number] ?? 0), state.eMarks[number])
  if ((state.sCount[first] ?? 0) - state.blkIndent >= 4) return false
  const opening = line(first)
  const environment = /^\\begin\{([a-zA-Z]+\*?)\}/.exec(opening)
  const close = environment
    ? String.raw`\end{${environment[1] ?? ''}}`
    : opening.startsWith('$$')
      ? '$$'
      : opening.startsWith(String.raw`\[`)
        ? String.raw`\]`
        : null
  if (close === null) return false
  const content: string[] = []
  let length = 0
  for (let number = first; number < last && length < longest * 4; number++) {
    const text = number > first || environment ? line(number) : opening.slice(2)
    const end = text.indexOf(close)
    // Unclosed, or followed by words: then it is a paragraph, whose formulas are inline ones.
    if (
      (end < 0 && number > first && text.trim() === '') ||
      (end >= 0 && text.slice(end + close.length).trim())
    )
      return false
    content.push(end < 0 || environment ? text : text.slice(0, end))
    length += text.length
    if (end < 0) continue
    if (silent) return true
    const token = state.push('math', '', 0)
    token.block = true
    token.content = content.join('\n')
    token.map = [first, number + 1]
    state.line = number + 1
    return true
  }
  return false
}

/** Without links, images, classes or styles from TeX. */
export const mathOptions = {
  throwOnError: false,
  trust: false,
  strict: 'ignore',
  maxSize: 50,
  maxExpand: 500,
  errorColor: 'var(--nb-error, #b42318)',
} as const
