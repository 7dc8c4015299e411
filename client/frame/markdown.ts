// Markdown inside widgets. The frame is isolated, so its images are elements at once; formulas are left to `typeset`.
import { newMarkdown } from '../../shared/markdown/markdown.ts'

const markdown = newMarkdown()
const { escapeHtml } = markdown.utils

markdown.renderer.rules['image'] = (tokens, index) => {
  const token = tokens[index]
  const attributes = (token?.attrs ?? [])
    .filter(([name]) => name !== 'alt')
    .map(([name, value]) => ` ${name}="${escapeHtml(String(value))}"`)
  return `<img alt="${escapeHtml(token?.content ?? '')}"${attributes.join('')}>`
}

export const markdownHtml = (text: string): string => markdown.render(text)
