// TeX in markdown: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and bare `\begin{…}`, as Jupyter and models write it. It is first
// put on the page as its source; KaTeX, which is large, is loaded when there is any.

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

function inlineMath(state: StateInline, silent: boolean): boolean {
  const form = inlineForms.find(({ open }) => state.src.startsWith(open, state.pos))
  if (!form) return false
  const start = state.pos + form.open.length
  const within = state.src.slice(start, Math.min(start + longest, state.posMax))
  const length = form.open === '$' ? dollarEnd(within) : within.indexOf(form.close)
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

/** An element that `typesetMath` makes a formula of. */
export function mathElement(tex: string): HTMLElement {
  const element = document.createElement('div')
  element.className = 'nb-math'
  element.dataset['display'] = 'true'
  element.textContent = tex
  return element
}

/** Sets what is still TeX source below `root`. Without KaTeX (offline before its first use) the source stays. */
export async function typesetMath(root: ParentNode): Promise<void> {
  const sources = root.querySelectorAll<HTMLElement>('.nb-math:not([data-set])')
  if (sources.length === 0) return
  const katex = await loadKatex()
  if (!katex) return
  for (const element of sources) {
    const displayMode = element.dataset['display'] === 'true'
    // `trust` off: no links, images, classes or styles from TeX.
    katex.render(element.textContent, element, {
      displayMode,
      throwOnError: false,
      trust: false,
      strict: 'ignore',
      maxSize: 50,
      maxExpand: 500,
      errorColor: 'var(--nb-error, #b42318)',
    })
    element.dataset['set'] = ''
    if (displayMode) element.tabIndex = 0
  }
}

async function loadKatex() {
  try {
    const [katex] = await Promise.all([import('katex'), import('katex/dist/katex.min.css')])
    return katex.default
  } catch (error) {
    console.warn('KaTeX could not be loaded; formulas stay as TeX.', error)
    return null
  }
}
