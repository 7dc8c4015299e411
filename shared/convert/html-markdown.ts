// Notes and replies in an HTML file. An exported file has no script to sanitize it later, so nothing unsafe is generated:
// HTML allowed by markdown/html-tags.ts, links to the web, to mail addresses and within the file, and embedded images.
import { liteAdaptor } from 'mathjax-full/js/adaptors/liteAdaptor.js'
import { STATE } from 'mathjax-full/js/core/MathItem.js'
import type { MmlNode } from 'mathjax-full/js/core/MmlTree/MmlNode.js'
import { SerializedMmlVisitor } from 'mathjax-full/js/core/MmlTree/SerializedMmlVisitor.js'
import type { MarkdownIt } from 'markdown-it'
import { attachedImage, attachmentName, rasterUrl } from '../markdown/image.ts'
import { anchorPrefix } from '../markdown/html-tags.ts'
import { newMarkdown } from '../markdown/markdown.ts'
import { formulaDocument } from '../markdown/tex.ts'
import { sourceDigest } from '../notebook/digest.ts'
import type { Leaves } from '../notebook/notebook.ts'
import { besideName } from './beside.ts'
import { escapeHtml, pythonHtml } from './html-text.ts'

export const markdownHtml = (text: string, math: MathHtml, attachments: Leaves = {}): string =>
  // The notes of a file have footnotes of their own.
  htmlRenderer(math, attachments).render(text, { docId: sourceDigest(text).slice(0, 8) })

/** Converts formulas to MathML, which browsers render with their own fonts. Macros are shared within a file. */
export type MathHtml = (tex: string, display: boolean) => string

export const newMathHtml = (): MathHtml => {
  const adaptor = liteAdaptor()
  const visitor = new SerializedMmlVisitor()
  // Created on first use, because most files have no formulas.
  const make = () => formulaDocument(adaptor, adaptor.parse('', 'text/html'), null)
  let document: ReturnType<typeof make> | null = null
  return (tex, display) => {
    document ??= make()
    const root: unknown = document.convert(tex, { display, end: STATE.CONVERT })
    return visitor.visitTree(root as MmlNode).replace(/\n\s*/g, '')
  }
}

const htmlRenderer = (math: MathHtml, attachments: Leaves): MarkdownIt => {
  const made = newMarkdown()
  const { rules } = made.renderer
  rules['link_open'] = (tokens, index) => {
    const token = tokens[index]
    const url = String(token?.attrGet('href') ?? '')
    const title = String(token?.attrGet('title') ?? '')
    if (/^#[\w:.-]+$/.test(url)) return `<a href="#${anchorPrefix}${url.slice(1)}">`
    if (!/^(?:https?:\/\/|mailto:)/i.test(url)) return '<a>'
    const titleAttribute = title === '' ? '' : ` title="${escapeHtml(title)}"`
    return `<a href="${escapeHtml(url)}" rel="noopener noreferrer"${titleAttribute}>`
  }
  rules['image'] = (tokens, index) => {
    const token = tokens[index]
    const size = (['width', 'height'] as const).map((side) => {
      const given = token?.attrGet(side)
      return typeof given === 'string' ? ` ${side}="${escapeHtml(given)}"` : ''
    })
    return imageHtml(String(token?.attrGet('src') ?? ''), token?.content ?? '', attachments, size.join(''))
  }
  rules['fence'] = (tokens, index) => {
    const token = tokens[index]
    const code = token?.content ?? ''
    const isPython = /^(?:py|python3?|ipython|pycon)\b/i.test(token?.info.trim() ?? '')
    return `<pre class="source"><code>${isPython ? pythonHtml(code) : escapeHtml(code)}</code></pre>\n`
  }
  rules['formula'] = (tokens, index) => {
    const token = tokens[index]
    return math(token?.content ?? '', token?.markup === 'display')
  }
  return made
}

const imageHtml = (url: string, alt: string, attachments: Leaves, size: string): string => {
  const name = attachmentName(url) ?? besideName(url)
  const attached = Object.hasOwn(attachments, name) ? (attachments[name] ?? null) : null
  const source = attached === null ? rasterUrl(url) : attachedImage(attached)
  if (source !== null) return `<img src="${source}" alt="${escapeHtml(alt)}"${size}>`
  const [, host] = /^https?:\/\/([^/?#]+)/i.exec(url) ?? []
  return `<span class="omitted">${escapeHtml(alt || 'Image')} · ${host === undefined ? 'not in this file' : `at ${escapeHtml(host)}, not loaded`}</span>`
}
