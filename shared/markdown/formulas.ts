// TeX in Markdown: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, the same two with the backslash doubled as Jupyter has them, and
// bare `\begin{…}`. A formula is taken out before any rule of Markdown sees the text, and stands there as one mark: a
// `|` of it ends no cell of a table, a `_` begins nothing.
import type { MarkdownIt, StateCore, StateInline, Token } from 'markdown-it'

export interface Formula {
  readonly tex: string
  readonly display: boolean
  /** As it stands in the text. */
  readonly source: string
}

/** Beyond it a `$` is a dollar. */
const longest = 16_000

/** Unicode keeps these for such use: no text is made of them. At a dollar markdown-it looks for a rule. */
const [open, close] = ['$\ufdd0', '\ufdd1']
const mark = /\$(?:\ufdd0|%EF%B7%90)(\d+)(?:\ufdd1|%EF%B7%91)/g

interface Masked {
  readonly text: string
  readonly formulas: readonly Formula[]
  /** Of each line of `text`, which line of the source it begins. */
  readonly lines: readonly number[]
}

const forms = [
  ['$$', '$$', true],
  ['$', '$', false],
  [String.raw`\\(`, String.raw`\\)`, false],
  [String.raw`\\[`, String.raw`\\]`, true],
  [String.raw`\(`, String.raw`\)`, false],
  [String.raw`\[`, String.raw`\]`, true],
] as const

/** What may begin a formula, or hide one. */
const interesting = /\$|\\|`+|~~~+|<!--/g

export function takeFormulas(source: string): Masked {
  const formulas: Formula[] = []
  const parts: string[] = []
  const lines: number[] = [0]
  const ends = new Ends(source)
  let line = 0
  let copied = 0
  const copy = (to: number): void => {
    const text = source.slice(copied, to)
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(++line)
    parts.push(text)
    copied = to
  }
  interesting.lastIndex = 0
  for (let found = interesting.exec(source); found; found = interesting.exec(source)) {
    const at = found.index
    const after = hiddenEnd(source, at, found[0], ends)
    if (after !== null) {
      interesting.lastIndex = after
      continue
    }
    const formula = formulaAt(source, at, ends)
    if (formula === null) {
      // `\$` and `\\` are no beginning; nor is the second dollar of two.
      if (found[0] === '\\') interesting.lastIndex = at + 2
      else if (source.startsWith('$$', at)) interesting.lastIndex = at + 2
      continue
    }
    copy(at)
    parts.push(`${open}${formulas.length}${close}`)
    formulas.push(formula)
    copied = at + formula.source.length
    line += formula.source.split('\n').length - 1
    interesting.lastIndex = copied
  }
  copy(source.length)
  return { text: parts.join(''), formulas, lines }
}

/** Where code or a comment that begins here ends; null where none does. */
function hiddenEnd(source: string, at: number, found: string, ends: Ends): number | null {
  if (found === '<!--') return ends.next('-->', at) ?? at + 4
  if (found !== '$' && found !== '\\') {
    const lineStart = source.lastIndexOf('\n', at - 1) + 1
    const isFence = found.length >= 3 && /^[ \t>*+\d.-]*$/.test(source.slice(lineStart, at).slice(0, 80))
    if (isFence) {
      const closing = new RegExp(`^[ \\t>]*${found.charAt(0)}{${found.length},}[ \\t]*$`, 'gm')
      closing.lastIndex = source.indexOf('\n', at) + 1 || source.length
      return closing.exec(source) === null ? source.length : closing.lastIndex
    }
    if (found.startsWith('~')) return at + found.length
    return ends.ofCode(found.length, at + found.length) ?? at + found.length
  }
  return null
}

function formulaAt(source: string, at: number, ends: Ends): Formula | null {
  const [, name] = source.startsWith('\\begin{', at)
    ? (/^\\begin\{([a-zA-Z]{1,30}\*?)\}/.exec(source.slice(at, at + 50)) ?? [])
    : []
  if (name !== undefined) {
    const end = environmentEnd(source, at, name, ends)
    if (end === null) return null
    const text = source.slice(at, end)
    return { tex: unquoted(source, at, text), display: true, source: text }
  }
  for (const [opening, closing, display] of forms) {
    if (!source.startsWith(opening, at)) continue
    const from = at + opening.length
    const end = opening === '$' ? dollarEnd(source, from, ends) : ends.next(closing, from)
    const limit = Math.min(from + longest, ends.paragraph(from))
    if (end === null || end > limit) return null
    const text = source.slice(from, end - closing.length)
    if (text.trim() === '') return null
    return { tex: unquoted(source, at, text), display, source: source.slice(at, end) }
  }
  return null
}

/** Environments of one name may lie in one another. */
function environmentEnd(source: string, at: number, name: string, ends: Ends): number | null {
  const limit = Math.min(at + longest, ends.paragraph(at))
  const [begin, end] = [`\\begin{${name}}`, `\\end{${name}}`]
  if ((ends.next(end, at) ?? Infinity) > limit) return null
  let depth = 0
  const text = source.slice(at, limit)
  for (let index = 0; ;) {
    const [nextBegin, nextEnd] = [text.indexOf(begin, index), text.indexOf(end, index)]
    if (nextEnd < 0) return null
    if (nextBegin >= 0 && nextBegin < nextEnd) {
      depth++
      index = nextBegin + begin.length
      continue
    }
    depth--
    index = nextEnd + end.length
    if (depth === 0) return at + index
  }
}

/**
 * Prices are no formulas: no digit follows the closing dollar, and white space lies inside both, as in `$ x $`, or
 * inside none.
 */
function dollarEnd(source: string, from: number, ends: Ends): number | null {
  const spaced = /\s/.test(source.charAt(from))
  const limit = Math.min(from + longest, ends.paragraph(from))
  for (let at = ends.next('$', from); at !== null && at <= limit; at = ends.next('$', at)) {
    const before = source.charAt(at - 2)
    if (before === '\\') continue
    const isSpaced = /\s/.test(before)
    if (isSpaced && !spaced) continue
    if (/\d/.test(source.charAt(at)) || (spaced && !isSpaced)) return null
    return at
  }
  return null
}

/** Where things end; each is looked for once, however many begin before it, so that hostile text costs linear time. */
class Ends {
  private readonly known = new Map<string, number>()
  private tried = 0

  constructor(private readonly source: string) {}

  /** Behind the next `text` from here on. */
  next(text: string, from: number): number | null {
    const before = this.known.get(text)
    if (before !== undefined && before - text.length >= from) return before === Infinity ? null : before
    const found = this.source.indexOf(text, from)
    const end = found < 0 ? Infinity : found + text.length
    this.known.set(text, end)
    return found < 0 ? null : end
  }

  /** The next empty line, over which no formula goes. */
  paragraph(from: number): number {
    const before = this.known.get('')
    if (before !== undefined && before >= from) return before
    const empty = /\n[ \t>]*\n/g
    empty.lastIndex = from
    const end = empty.exec(this.source)?.index ?? Infinity
    this.known.set('', end)
    return end
  }

  /** Behind the next backticks of just so many, in the same paragraph. */
  ofCode(count: number, from: number): number | null {
    const key = `code ${count}`
    const before = this.known.get(key)
    const limit = this.paragraph(from)
    if (before !== undefined && before >= from) return before <= limit ? before : null
    // Runs of every length there is would be looked for from everywhere.
    if (++this.tried > 1_000) return null
    const run = new RegExp(`(?<!\`)\`{${count}}(?!\`)`, 'g')
    run.lastIndex = from
    const end = run.exec(this.source) === null ? Infinity : run.lastIndex
    this.known.set(key, end)
    return end <= limit ? end : null
  }
}

/** Without the marks of the quote that its further lines lie in. */
function unquoted(source: string, at: number, tex: string): string {
  const [quote] = /^[ \t]*(?:>[ \t]?)+/.exec(source.slice(source.lastIndexOf('\n', at - 1) + 1, at)) ?? []
  return quote === undefined ? tex : tex.replace(/\n[ \t]*(?:>[ \t]?)+/g, '\n')
}

interface FormulaEnv {
  formulas?: readonly Formula[]
}
const formulasOf = (env: unknown): readonly Formula[] => (env as FormulaEnv).formulas ?? []

export function formulaRules(markdown: MarkdownIt): void {
  const masked = new WeakMap<StateCore, Masked>()
  markdown.core.ruler.after('normalize', 'formulas', (state) => {
    const taken = takeFormulas(state.src)
    masked.set(state, taken)
    state.src = taken.text
    ;(state.env as FormulaEnv).formulas = taken.formulas
  })
  markdown.core.ruler.push('formulas-back', (state) => {
    const { lines = [], formulas = [] } = masked.get(state) ?? {}
    const line = (number: number): number => lines[number] ?? (lines.at(-1) ?? 0) + 1
    for (const token of state.tokens) {
      if (token.map) token.map = [line(token.map[0]), line(token.map[1])]
      restore(markdown, token, formulas)
    }
  })
  markdown.inline.ruler.before('escape', 'formula', formula)
  markdown.renderer.rules['formula'] = (tokens, index) => {
    const token = tokens[index]
    return token === undefined ? '' : formulaHtml(markdown, token.content, token.markup === 'display')
  }
}

const formulaHtml = (markdown: MarkdownIt, tex: string, display: boolean): string =>
  `<span class="nb-math" data-display="${display}">${markdown.utils.escapeHtml(tex)}</span>`

function formula(state: StateInline, silent: boolean): boolean {
  if (!state.src.startsWith(open, state.pos)) return false
  const end = state.src.indexOf(close, state.pos)
  const found = formulasOf(state.env)[Number(state.src.slice(state.pos + open.length, end))]
  if (end < 0 || found === undefined) return false
  if (!silent) {
    const token = state.push('formula', '', 0)
    token.content = found.tex
    token.markup = found.display ? 'display' : 'inline'
  }
  state.pos = end + 1
  return true
}

/** Where a formula is none after all: in code, in an address, in a tag. */
function restore(markdown: MarkdownIt, token: Token, formulas: readonly Formula[]): void {
  const back = (text: string): string =>
    text.replace(mark, (found, index) => formulas[Number(index)]?.source ?? found)
  if (token.type === 'html_inline')
    token.content = token.content.replace(mark, (found, index) => {
      const taken = formulas[Number(index)]
      return taken === undefined ? found : formulaHtml(markdown, taken.tex, taken.display)
    })
  else if (token.type !== 'inline') token.content = back(token.content)
  token.info = back(token.info)
  for (const attribute of token.attrs ?? [])
    attribute[1] = String(attribute[1]).replace(mark, (found, index) => {
      const { source } = formulas[Number(index)] ?? { source: found }
      return found.includes('%') ? encodeURI(source) : source
    })
  for (const child of token.children ?? []) restore(markdown, child, formulas)
}
