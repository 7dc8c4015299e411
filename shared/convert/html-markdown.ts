// Notes and replies in an HTML file. There is no script that could look at what was made, so nothing is made that
// would have to be taken out: of HTML what markdown/html-tags.ts lets through, links only to the web, to mail and within
// the file, images only from the file itself.
import { liteAdaptor } from 'mathjax-full/js/adaptors/liteAdaptor.js'
import { STATE } from 'mathjax-full/js/core/MathItem.js'
import type { MmlNode } from 'mathjax-full/js/core/MmlTree/MmlNode.js'
import { SerializedMmlVisitor } from 'mathjax-full/js/core/MmlTree/SerializedMmlVisitor.js'
import type { MarkdownIt } from 'markdown-it'
import { attachedImage, attachmentName, rasterAddress } from '../markdown/image.ts'
import { anchorPrefix } from '../markdown/html-tags.ts'
import { newMarkdown } from '../markdown/markdown.ts'
import { formulaDocument } from '../markdown/tex.ts'
import type { Leaves } from '../notebook/notebook.ts'
import { escapeHtml, pythonHtml } from './html-text.ts'

export const markdownHtml = (text: string, math: MathHtml, attachments: Leaves = {}): string =>
  assembled(math, attachments).render(text)

/** Sets formulas as MathML, which browsers draw with the fonts they have. Macros hold for one file. */
export type MathHtml = (tex: string, display: boolean) => string

export function newMathHtml(): MathHtml {
  const adaptor = liteAdaptor()
  const visitor = new SerializedMmlVisitor()
  // Most files have no formula.
  const make = () => formulaDocument(adaptor, adaptor.parse('', 'text/html'), null)
  let document: ReturnType<typeof make> | null = null
  return (tex, display) => {
    document ??= make()
    const root: unknown = document.convert(tex, { display, end: STATE.CONVERT })
    return visitor.visitTree(root as MmlNode).replace(/\n\s*/g, '')
  }
}

function assembled(math: MathHtml, attachments: Leaves): MarkdownIt {
  const made = newMarkdown()
  const { rules } = made.renderer
  rules['link_open'] = (tokens, index) => {
    const token = tokens[index]
    const address = String(token?.attrGet('href') ?? '')
    const title = String(token?.attrGet('title') ?? '')
    if (/^#[\w:.-]+$/.test(address)) return `<a href="#${anchorPrefix}${address.slice(1)}">`
    if (!/^(?:https?:\/\/|mailto:)/i.test(address)) return '<a>'
    const words = title === '' ? '' : ` title="${escapeHtml(title)}"`
    return `<a href="${escapeHtml(address)}" rel="noopener noreferrer"${words}>`
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

function imageHtml(address: string, alt: string, attachments: Leaves, size: string): string {
  const name = attachmentName(address)
  const attached = name === null || !Object.hasOwn(attachments, name) ? null : (attachments[name] ?? null)
  const source = rasterAddress(name === null ? address : (attachedImage(attached) ?? ''))
  if (source !== null) return `<img src="${source}" alt="${escapeHtml(alt)}"${size}>`
  const [, host] = /^https?:\/\/([^/?#]+)/i.exec(address) ?? []
  return `<span class="left-out">${escapeHtml(alt || 'Image')} · ${host === undefined ? 'not in this file' : `at ${escapeHtml(host)}, not loaded`}</span>`
}
