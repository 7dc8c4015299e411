// Markdown of notes, replies and outputs, written by anybody. Two fences: markdown-it without raw HTML, then DOMPurify
// with a short list; neither ever makes an element that loads something. Links and images are made here, from parsed
// addresses.

import DOMPurify from 'dompurify'
import type { Env } from 'markdown-it'
import { attachmentName } from '../../shared/markdown/image.ts'
import { newMarkdown } from '../../shared/markdown/markdown.ts'
import { highlighted } from './highlight.ts'
import { imageElement, remoteImage } from './image.ts'

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

const markdown = newMarkdown()

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
      if (!staysHere(address)) link.removeAttribute('href')
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

/** A heading of this notebook, or another one beside it. */
function staysHere(address: string): boolean {
  if (address.startsWith('#')) return address.length > 1
  if (!/^[^/\\?:#][^\\?:#]*\.ipynb(?:#.*)?$/.test(address) || !URL.canParse(address, location.href))
    return false
  const { origin, pathname } = new URL(address, location.href)
  return origin === location.origin && pathname.startsWith('/notebook/')
}

function image(address: string, alt: string, options: MarkdownOptions): HTMLElement {
  const name = attachmentName(address)
  const local = name === null ? address : (options.attachment?.(name) ?? '')
  return imageElement(local, alt) ?? remoteImage(address, alt)
}
