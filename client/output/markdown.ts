// Markdown of notes, replies and outputs, written by anybody. Two fences: markdown-it without raw HTML, then DOMPurify
// with a short list; neither ever makes an element that loads something. Links and images are made here, from parsed
// addresses.

import DOMPurify from 'dompurify'
import markdownIt, { type Env, type MarkdownIt, type Token } from 'markdown-it'
import { highlighted } from './highlight.ts'
import { imageElement, remoteImage } from './image.ts'
import { mathRules } from './math.ts'

export interface MarkdownOptions {
  /** The data: URL of a cell's attachment; null where there is none. */
  readonly attachment?: (name: string) => string | null
}

/** A top-level piece of a text. Equal sources (and an equal `context`) render alike. */
export interface MarkdownBlock {
  readonly source: string
  /** What of the rest of the text can change this block: its link definitions. */
  readonly context: string
  readonly render: (options: MarkdownOptions) => DocumentFragment
}

const markdown = assembled()

function assembled(): MarkdownIt {
  const made = markdownIt({ html: false, linkify: true })
  made.linkify.set({ fuzzyLink: false, fuzzyIP: false })
  // What an address may be is decided in `finished`, in one place.
  made.validateLink = () => true
  made.use(mathRules)
  const { escapeHtml } = made.utils
  made.renderer.rules['image'] = (tokens, index) => {
    const token = tokens[index]
    const address = escapeHtml(String(token?.attrGet('src') ?? ''))
    return `<span data-image="${address}">${escapeHtml(token?.content ?? '')}</span>`
  }
  made.renderer.rules['fence'] = (tokens, index) => {
    const token = tokens[index]
    const language = /^[\w+#.-]+/.exec(token?.info.trim() ?? '')?.[0] ?? ''
    return `<pre class="nb-code" data-language="${language}"><code>${escapeHtml(token?.content ?? '')}</code></pre>\n`
  }
  made.renderer.rules['table_open'] = () => '<div class="nb-table" tabindex="0"><table>\n'
  made.renderer.rules['table_close'] = () => '</table></div>\n'
  made.core.ruler.push('tasks-and-columns', ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      markTask(token, tokens[index - 2])
      const aligned = /^text-align:(left|center|right)$/.exec(String(token.attrGet('style') ?? ''))
      if (aligned) token.attrs = [['class', `nb-${aligned[1] ?? ''}`]]
    }
  })
  return made
}

/** `[ ]` and `[x]` at the start of a list item, as GitHub has them. */
function markTask(token: Token, item: Token | undefined): void {
  const first = token.children?.[0]
  const box = token.type === 'inline' && item?.type === 'list_item_open' && first?.type === 'text'
  const mark = box ? /^\[([ xX])\] /.exec(first.content) : null
  if (!first || !item || !mark) return
  first.content = first.content.slice(mark[0].length)
  item.attrJoin('class', mark[1] === ' ' ? 'nb-task' : 'nb-task nb-done')
}

const allowedTags =
  'p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code hr br em strong s a span div table thead tbody tr th td'.split(
    ' ',
  )

const sanitized = (html: string): DocumentFragment =>
  DOMPurify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: ['class', 'href', 'title', 'start', 'tabindex'],
    ALLOW_DATA_ATTR: true,
    RETURN_DOM_FRAGMENT: true,
  })

export function markdownBlocks(text: string): readonly MarkdownBlock[] {
  const env: Env = {}
  const lines = text.split('\n')
  const tokens = markdown.parse(text, env)
  const context = JSON.stringify(env.references ?? {})
  const blocks: MarkdownBlock[] = []
  let start = 0
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    depth += token.nesting
    if (depth > 0) continue
    const piece = tokens.slice(start, index + 1)
    const [from, to] = piece[0]?.map ?? [0, lines.length]
    const render = (options: MarkdownOptions): DocumentFragment =>
      finished(sanitized(markdown.renderer.render(piece, markdown.options, env)), options)
    blocks.push({ source: lines.slice(from, to).join('\n'), context, render })
    start = index + 1
  }
  return blocks
}

/** The whole text at once; formulas are TeX source until `typesetMath` was called on it. */
export function renderMarkdown(text: string, options: MarkdownOptions = {}): DocumentFragment {
  const fragment = document.createDocumentFragment()
  for (const block of markdownBlocks(text)) fragment.append(block.render(options))
  return fragment
}

function finished(fragment: DocumentFragment, options: MarkdownOptions): DocumentFragment {
  for (const link of fragment.querySelectorAll('a')) {
    const address = link.getAttribute('href') ?? ''
    const outside =
      URL.canParse(address) && ['http:', 'https:', 'mailto:'].includes(new URL(address).protocol)
    if (!outside) {
      link.removeAttribute('href')
      continue
    }
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  for (const place of fragment.querySelectorAll<HTMLElement>('span[data-image]')) {
    place.replaceWith(image(place.dataset['image'] ?? '', place.textContent, options))
  }
  for (const block of fragment.querySelectorAll<HTMLElement>('pre[data-language]')) {
    const code = block.querySelector('code')
    const coloured = code && highlighted(code.textContent, block.dataset['language'] ?? '')
    if (coloured) code.replaceChildren(coloured)
  }
  for (const task of fragment.querySelectorAll('li.nb-task')) {
    const box = document.createElement('span')
    box.className = 'nb-box'
    box.role = 'img'
    box.ariaLabel = task.classList.contains('nb-done') ? 'Done' : 'To do'
    const text = task.firstElementChild?.tagName === 'P' ? task.firstElementChild : task
    text.prepend(box)
  }
  return fragment
}

function image(address: string, alt: string, options: MarkdownOptions): HTMLElement {
  const name = /^attachment:(.*)$/.exec(address)?.[1]
  const local = name === undefined ? address : (options.attachment?.(decoded(name)) ?? '')
  return imageElement(local, alt) ?? remoteImage(address, alt)
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
