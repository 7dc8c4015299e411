// Markdown of notes, replies and outputs, written by anybody. Two fences: of its HTML only tags on a short list become
// any, then DOMPurify with the same list; neither ever makes an element that loads something. Links and images are made
// here, from parsed addresses.

import DOMPurify from 'dompurify'
import type { Env } from 'markdown-it'
import { attachmentName } from '../../shared/markdown/image.ts'
import { allowedAttributes, allowedTags } from '../../shared/markdown/html-tags.ts'
import { depthChange, newMarkdown } from '../../shared/markdown/markdown.ts'
import { fileBeside, imageBeside } from './beside.ts'
import { diagram } from './diagram.ts'
import { highlight } from './highlight.ts'
import { imageElement, remoteImage, sizeImage } from './image.ts'

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

const sanitized = (html: string): DocumentFragment =>
  DOMPurify.sanitize(html, {
    ALLOWED_TAGS: [...allowedTags],
    ALLOWED_ATTR: ['class', 'id', 'style', 'tabindex', ...allowedAttributes],
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
    depth += depthChange(token)
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
    const shown = image(place.dataset['image'] ?? '', place.textContent, options)
    sizeImage(shown, place.dataset)
    place.replaceWith(shown)
  }
  for (const block of fragment.querySelectorAll<HTMLElement>('pre[data-language]')) {
    const code = block.querySelector('code')
    const language = block.dataset['language'] ?? ''
    if (code && language === 'mermaid') block.replaceWith(diagram(code.textContent))
    else if (code) highlight(code, language)
  }
  // Only Markdown's own tables lie in a box that scrolls.
  for (const table of fragment.querySelectorAll('table')) {
    if (table.parentElement?.className === 'nb-table') continue
    const box = document.createElement('div')
    box.className = 'nb-table'
    box.tabIndex = 0
    table.replaceWith(box)
    box.append(table)
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
  const here = imageElement(local, alt)
  if (here !== null) return here
  const file = name === null ? fileBeside(address) : null
  return file === null ? remoteImage(address, alt) : imageBeside(file, alt)
}
