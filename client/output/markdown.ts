// Renders untrusted Markdown of notes, replies and outputs. HTML is filtered twice with the same allowlist, by html-tags.ts
// and by DOMPurify, and neither creates elements that load anything. Links and images are created here after checking their
// URLs.

import DOMPurify from 'dompurify'
import type { Env } from 'markdown-it'
import { attachmentName } from '../../shared/markdown/image.ts'
import { allowedAttributes, allowedTags } from '../../shared/markdown/html-tags.ts'
import { depthChange, newMarkdown } from '../../shared/markdown/markdown.ts'
import { folderImage, folderImageElement } from './folder-image.ts'
import { diagram } from './diagram.ts'
import { highlight } from './highlight.ts'
import { imageElement, remoteImage, styleImage, type LoadImages } from './image.ts'
import { setTarget } from './link-target.ts'

export interface MarkdownOptions {
  /** The data: URL of a cell's attachment; null if there is none. */
  readonly attachment?: (name: string) => string | null
  /** Tasks are boxes to tick; each has in `data-task` the line of its block that it is in. */
  readonly ticks?: boolean
  /** Without it, images of other servers cannot be loaded. */
  readonly loadImages?: LoadImages
}

/** A top-level block of a text. Blocks with equal `source` and `context` render the same. */
export interface MarkdownBlock {
  readonly source: string
  /** The line of the text it begins with, 0 for the first. */
  readonly line: number
  /** What affects the block from the rest of the text: link reference definitions and footnotes. */
  readonly context: string
  /** The text has any of these. */
  readonly isReferring: boolean
  /** Formulas are left as TeX source, to be typeset by `typesetMath`. */
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

/**
 * `scope` tells the footnotes of this text from those of others on the page. `firstLine`: where this text begins in a longer
 * one.
 */
export const markdownBlocks = (text: string, scope = '', firstLine = 0): readonly MarkdownBlock[] => {
  const env: Env & { docId: string; footnotes?: { refs?: unknown } } = { docId: scope }
  const lines = text.split('\n')
  const tokens = markdown.parse(text, env)
  const context = JSON.stringify([env.references, env.footnotes?.refs])
  const isReferring = env.references !== undefined || env.footnotes !== undefined
  const blocks: MarkdownBlock[] = []
  let start = 0
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    depth += depthChange(token)
    // All of a block of HTML begins on its first line.
    const isContinued = token.map !== null && tokens[index + 1]?.map?.[0] === tokens[start]?.map?.[0]
    if (depth > 0 || isContinued) continue
    const piece = tokens.slice(start, index + 1)
    const [from, to] = piece[0]?.map ?? [0, lines.length]
    const render = (options: MarkdownOptions): DocumentFragment =>
      finished(sanitized(markdown.renderer.render(piece, markdown.options, env)), options)
    for (const token of piece)
      if (token.type === 'list_item_open' && token.map)
        token.attrSet('data-task', String(token.map[0] - from))
    const source = lines.slice(from, to).join('\n')
    blocks.push({ source, line: firstLine + from, context, isReferring, render })
    start = index + 1
  }
  return blocks
}

const finished = (fragment: DocumentFragment, options: MarkdownOptions): DocumentFragment => {
  for (const link of fragment.querySelectorAll('a')) setTarget(link, link.getAttribute('href') ?? '')
  for (const place of fragment.querySelectorAll<HTMLElement>('span[data-image]')) {
    const shown = image(place.dataset['image'] ?? '', place.textContent, options)
    styleImage(shown, place.dataset)
    place.replaceWith(shown)
  }
  for (const block of fragment.querySelectorAll<HTMLElement>('pre[data-language]')) {
    const code = block.querySelector('code')
    const language = block.dataset['language'] ?? ''
    if (code && language === 'mermaid') block.replaceWith(diagram(code.textContent))
    else if (code) highlight(code, language)
  }
  // Tables written in HTML do not have a scrolling box yet.
  for (const table of fragment.querySelectorAll('table')) {
    if (table.parentElement?.className === 'nb-table') continue
    const box = document.createElement('div')
    box.className = 'nb-table'
    box.tabIndex = 0
    table.replaceWith(box)
    box.append(table)
  }
  for (const task of fragment.querySelectorAll<HTMLElement>('li.nb-task')) {
    const text = task.firstElementChild?.tagName === 'P' ? task.firstElementChild : task
    text.prepend(options.ticks ? tickBox(task) : taskMark(task))
  }
  return fragment
}

const isDone = (task: Element): boolean => task.classList.contains('nb-done')

const taskMark = (task: Element): HTMLElement => {
  const mark = document.createElement('span')
  mark.className = 'nb-box'
  mark.role = 'img'
  mark.ariaLabel = isDone(task) ? 'Done' : 'To do'
  return mark
}

const tickBox = (task: HTMLElement): HTMLElement => {
  const box = document.createElement('button')
  box.type = 'button'
  box.className = 'nb-box'
  box.role = 'checkbox'
  box.ariaChecked = String(isDone(task))
  const words = task.cloneNode(true) as HTMLElement
  for (const list of words.querySelectorAll('ul, ol')) list.remove()
  box.ariaLabel = words.textContent.trim()
  return box
}

const image = (url: string, alt: string, options: MarkdownOptions): HTMLElement => {
  const name = attachmentName(url)
  const dataUrl = name === null ? url : (options.attachment?.(name) ?? '')
  const embedded = imageElement(dataUrl, alt)
  if (embedded !== null) return embedded
  const file = name === null ? folderImage(url) : null
  return file === null ? remoteImage(url, alt, options.loadImages) : folderImageElement(file, alt)
}
