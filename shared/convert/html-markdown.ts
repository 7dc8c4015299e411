// Notes and replies in an HTML file. There is no script that could look at what was made, so nothing is made that
// would have to be taken out: no raw HTML, links only to the web and to mail, images only from the file itself.
import { renderToString } from 'katex'
import type { MarkdownIt } from 'markdown-it'
import { attachedImage, attachmentName, rasterAddress } from '../markdown/image.ts'
import { newMarkdown } from '../markdown/markdown.ts'
import { mathOptions } from '../markdown/math-rules.ts'
import type { Leaves } from '../notebook/notebook.ts'
import { escapeHtml, pythonHtml } from './html-text.ts'

export const markdownHtml = (text: string, attachments: Leaves = {}): string =>
  assembled(attachments).render(text)

/** As MathML, which browsers set with the fonts they have. */
export const mathHtml = (tex: string, displayMode: boolean): string =>
  renderToString(tex, { ...mathOptions, errorColor: '#b3261e', displayMode, output: 'mathml' })

function assembled(attachments: Leaves): MarkdownIt {
  const made = newMarkdown()
  const { rules } = made.renderer
  rules['link_open'] = (tokens, index) => {
    const token = tokens[index]
    const address = String(token?.attrGet('href') ?? '')
    const title = String(token?.attrGet('title') ?? '')
    if (!/^(?:https?:\/\/|mailto:)/i.test(address)) return '<a>'
    const words = title === '' ? '' : ` title="${escapeHtml(title)}"`
    return `<a href="${escapeHtml(address)}" rel="noopener noreferrer"${words}>`
  }
  rules['image'] = (tokens, index) => {
    const token = tokens[index]
    return imageHtml(String(token?.attrGet('src') ?? ''), token?.content ?? '', attachments)
  }
  rules['fence'] = (tokens, index) => {
    const token = tokens[index]
    const code = token?.content ?? ''
    const isPython = /^(?:py|python3?|ipython|pycon)\b/i.test(token?.info.trim() ?? '')
    return `<pre class="source"><code>${isPython ? pythonHtml(code) : escapeHtml(code)}</code></pre>\n`
  }
  rules['math'] = (tokens, index) => {
    const token = tokens[index]
    const display = token?.block === true || token?.markup === 'display'
    return mathHtml(token?.content ?? '', display)
  }
  return made
}

function imageHtml(address: string, alt: string, attachments: Leaves): string {
  const name = attachmentName(address)
  const attached = name === null || !Object.hasOwn(attachments, name) ? null : (attachments[name] ?? null)
  const source = rasterAddress(name === null ? address : (attachedImage(attached) ?? ''))
  if (source !== null) return `<img src="${source}" alt="${escapeHtml(alt)}">`
  const [, host] = /^https?:\/\/([^/?#]+)/i.exec(address) ?? []
  return `<span class="left-out">${escapeHtml(alt || 'Image')} · ${host === undefined ? 'not in this file' : `at ${escapeHtml(host)}, not loaded`}</span>`
}
