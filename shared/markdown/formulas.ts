// TeX in Markdown: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, the latter two also with a double backslash as in Jupyter, and bare
// `\begin{…}`. Formulas are replaced by placeholders before Markdown is parsed, so that a `|` or `_` in a formula has no
// meaning in Markdown.
import type { MarkdownIt, StateCore, StateInline, Token } from 'markdown-it'

export interface Formula {
  readonly tex: string
  readonly display: boolean
  /** Including the delimiters. */
  readonly source: string
}

/** Longer formulas are not recognized. */
const maxLength = 16_000

/** Placeholders use Unicode noncharacters. The `$` is there because markdown-it only calls inline rules at punctuation. */
const [open, close] = ['$\ufdd0', '\ufdd1']
const placeholder = /\$(?:\ufdd0|%EF%B7%90)(\d+)(?:\ufdd1|%EF%B7%91)/g

interface Masked {
  readonly text: string
  readonly formulas: readonly Formula[]
  readonly lines: readonly number[]
}

const delimiters = [
  ['$$', '$$', true],
  ['$', '$', false],
  [String.raw`\\(`, String.raw`\\)`, false],
  [String.raw`\\[`, String.raw`\\]`, true],
  [String.raw`\(`, String.raw`\)`, false],
  [String.raw`\[`, String.raw`\]`, true],
] as const

/** Possible starts of a formula, or of code or a comment, in which there are none. */
const candidate = /\$|\\|`+|~~~+|<!--/g

/** `escapes`: a backslash may also be there to escape a bracket, as in Markdown. */
const maskFormulas = (source: string, escapes: boolean): Masked => {
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
  candidate.lastIndex = 0
  for (let found = candidate.exec(source); found; found = candidate.exec(source)) {
    const at = found.index
    const after = verbatimEnd(source, at, found[0], ends)
    if (after !== null) {
      candidate.lastIndex = after
      continue
    }
    const formula = formulaAt(source, at, ends)
    if (formula === null || (escapes && isProse(formula))) {
      // Skips `\$`, `\\` and the second dollar of `$$`.
      if (found[0] === '\\') candidate.lastIndex = at + 2
      else if (source.startsWith('$$', at)) candidate.lastIndex = at + 2
      continue
    }
    copy(at)
    parts.push(`${open}${formulas.length}${close}`)
    formulas.push(formula)
    copied = at + formula.source.length
    line += formula.source.split('\n').length - 1
    candidate.lastIndex = copied
  }
  copy(source.length)
  return { text: parts.join(''), formulas, lines }
}

/** The end of the code or comment that starts here; null if there is none. */
const verbatimEnd = (source: string, at: number, found: string, ends: Ends): number | null => {
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

/** MathJax sets it outside of formulas too. */
const bareReference = /^\\(?:eq)?ref\{[^{}\n]{1,200}\}/

const formulaAt = (source: string, at: number, ends: Ends): Formula | null => {
  const [reference] = source.startsWith('\\', at)
    ? (bareReference.exec(source.slice(at, at + 220)) ?? [])
    : []
  if (reference !== undefined) return { tex: reference, display: false, source: reference }
  const [, name] = source.startsWith('\\begin{', at)
    ? (/^\\begin\{([a-zA-Z]{1,30}\*?)\}/.exec(source.slice(at, at + 50)) ?? [])
    : []
  if (name !== undefined) {
    const end = environmentEnd(source, at, name, ends)
    if (end === null) return null
    const text = source.slice(at, end)
    return { tex: unquoted(source, at, text), display: true, source: text }
  }
  for (const [opening, closing, display] of delimiters) {
    if (!source.startsWith(opening, at)) continue
    const from = at + opening.length
    const end = opening === '$' ? dollarEnd(source, from, ends) : ends.next(closing, from)
    const limit = Math.min(from + maxLength, ends.paragraph(from))
    if (end === null || end > limit) return null
    const text = source.slice(from, end - closing.length)
    if (text.trim() === '') return null
    // A reference to a value, see references.ts.
    if (opening === '$' && text.startsWith('`') && !text.endsWith('`')) return null
    return { tex: unquoted(source, at, text), display, source: source.slice(at, end) }
  }
  return null
}

/** Brackets that programs escape when they write Markdown: `\[1\]`, `\(see there\)`. */
const isProse = ({ source, tex, display }: Formula): boolean =>
  /^\\[[(]/.test(source) &&
  !/[\n\\^_=+<>{}]/.test(tex) &&
  (display ? !/^\s/.test(tex) : /[a-z]{2,} [a-z]{2,}/i.test(tex))

/** Environments of the same name can be nested. */
const environmentEnd = (source: string, at: number, name: string, ends: Ends): number | null => {
  const limit = Math.min(at + maxLength, ends.paragraph(at))
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

/** Dollars tried as the end of one formula, so that hostile text takes linear time. */
const maxTried = 50

/**
 * To tell formulas from prices: no digit may follow the closing dollar, and there is white space inside both dollars, as
 * in `$ x $`, or inside neither. Dollars inside braces, as in `\text{if $x$}`, or inside code do not close it.
 */
const dollarEnd = (source: string, from: number, ends: Ends): number | null => {
  const spaced = /\s/.test(source.charAt(from))
  const limit = Math.min(from + maxLength, ends.paragraph(from))
  let [depth, read, tried] = [0, from, 0]
  for (let at = ends.next('$', from); at !== null && at <= limit; at = ends.next('$', at)) {
    if (++tried > maxTried) return null
    const text = source.slice(read, at - 1)
    const code = codeOver(text, read, at, ends)
    if (code !== null) {
      at = read = code
      continue
    }
    read = at
    for (const [mark] of text.matchAll(/\\.|[{}]/gs)) depth += mark === '{' ? 1 : mark === '}' ? -1 : 0
    const before = source.charAt(at - 2)
    if (before === '\\' || depth > 0) continue
    const isSpaced = /\s/.test(before)
    return isSpaced !== spaced || /\d/.test(source.charAt(at)) ? null : at
  }
  return null
}

/** The end of a code span that begins in `text`, which is at `start`, and reaches over `at`. */
const codeOver = (text: string, start: number, at: number, ends: Ends): number | null => {
  for (const { 0: marks, index } of text.matchAll(/`+/g)) {
    const end = ends.ofCode(marks.length, start + index + marks.length)
    if (end !== null && end > at) return end
  }
  return null
}

/** Finds closing delimiters and caches the results, so that hostile text takes linear time. */
class Ends {
  private readonly known = new Map<string, number>()
  private tried = 0

  constructor(private readonly source: string) {}

  /** The offset after the next occurrence of `text`. */
  next(text: string, from: number): number | null {
    const before = this.known.get(text)
    if (before !== undefined && before - text.length >= from) return before === Infinity ? null : before
    const found = this.source.indexOf(text, from)
    const end = found < 0 ? Infinity : found + text.length
    this.known.set(text, end)
    return found < 0 ? null : end
  }

  /** The next empty line. Formulas do not span paragraphs. */
  paragraph(from: number): number {
    const before = this.known.get('')
    if (before !== undefined && before >= from) return before
    const empty = /\n[ \t>]*\n/g
    empty.lastIndex = from
    const end = empty.exec(this.source)?.index ?? Infinity
    this.known.set('', end)
    return end
  }

  /** The offset after the next run of exactly `count` backticks in the same paragraph. */
  ofCode(count: number, from: number): number | null {
    const key = `code ${count}`
    const before = this.known.get(key)
    const limit = this.paragraph(from)
    if (before !== undefined && before >= from) return before <= limit ? before : null
    // Limits the cost of text with runs of many different lengths.
    if (++this.tried > 1_000) return null
    const run = new RegExp(`(?<!\`)\`{${count}}(?!\`)`, 'g')
    run.lastIndex = from
    const end = run.exec(this.source) === null ? Infinity : run.lastIndex
    this.known.set(key, end)
    return end <= limit ? end : null
  }
}

/** Removes blockquote markers from the second and later lines. */
const unquoted = (source: string, at: number, tex: string): string => {
  const [quote] = /^[ \t]*(?:>[ \t]?)+/.exec(source.slice(source.lastIndexOf('\n', at - 1) + 1, at)) ?? []
  return quote === undefined ? tex : tex.replace(/\n[ \t]*(?:>[ \t]?)+/g, '\n')
}

/** A text cut at its formulas; see maskFormulas. */
export const splitFormulas = (source: string, escapes = false): readonly (string | Formula)[] => {
  const { text, formulas } = maskFormulas(source, escapes)
  return text
    .split(placeholder)
    .map((part, index) => (index % 2 === 1 ? (formulas[Number(part)] ?? '') : part))
}

interface FormulaEnv {
  formulas?: readonly Formula[]
}
const formulasOf = (env: unknown): readonly Formula[] => (env as FormulaEnv).formulas ?? []

export const formulaRules = (markdown: MarkdownIt): void => {
  const masked = new WeakMap<StateCore, Masked>()
  markdown.core.ruler.after('normalize', 'formulas', (state) => {
    const result = maskFormulas(state.src, true)
    masked.set(state, result)
    state.src = result.text
    ;(state.env as FormulaEnv).formulas = result.formulas
  })
  markdown.core.ruler.push('restore-formulas', (state) => {
    const { lines = [], formulas = [] } = masked.get(state) ?? {}
    const line = (number: number): number => lines[number] ?? (lines.at(-1) ?? 0) + 1
    for (const token of state.tokens) {
      if (token.map) token.map = [line(token.map[0]), line(token.map[1])]
      restore(markdown, token, formulas)
    }
  })
  markdown.inline.ruler.before('escape', 'formula', formulaRule)
  markdown.renderer.rules['formula'] = (tokens, index) => {
    const token = tokens[index]
    return token === undefined ? '' : formulaHtml(markdown, token.content, token.markup === 'display')
  }
}

const formulaHtml = (markdown: MarkdownIt, tex: string, display: boolean): string =>
  `<span class="nb-math" data-display="${display}">${markdown.utils.escapeHtml(tex)}</span>`

const formulaRule = (state: StateInline, silent: boolean): boolean => {
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

/** Puts the source back where the text turned out to be code, a URL or a tag. */
const restore = (markdown: MarkdownIt, token: Token, formulas: readonly Formula[]): void => {
  const restored = (text: string): string =>
    text.replace(placeholder, (found, index) => formulas[Number(index)]?.source ?? found)
  if (token.type === 'html_inline')
    token.content = token.content.replace(placeholder, (found, index) => {
      const formula = formulas[Number(index)]
      return formula === undefined ? found : formulaHtml(markdown, formula.tex, formula.display)
    })
  else if (token.type !== 'inline') token.content = restored(token.content)
  token.info = restored(token.info)
  for (const attribute of token.attrs ?? [])
    attribute[1] = String(attribute[1]).replace(placeholder, (found, index) => {
      const { source } = formulas[Number(index)] ?? { source: found }
      return found.includes('%') ? encodeURI(source) : source
    })
  for (const child of token.children ?? []) restore(markdown, child, formulas)
}
