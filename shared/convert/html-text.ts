// Text in an HTML file: escaped, with ANSI colours, or with Python syntax highlighting. All foreign text passes through
// `escapeHtml`.
import { classHighlighter, highlightCode } from '@lezer/highlight'
import { parser } from '@lezer/python'
import { ansiColours } from '../notebook/output/ansi-colours.ts'
import { AnsiText, type Run, type TextStyle } from '../notebook/output/ansi.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe in text and in double-quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (found) => entities[found] ?? '')

/** The text as a terminal would show it. */
export const ansiHtml = (text: string): string => {
  const ansi = new AnsiText()
  ansi.update(text)
  return ansi.lines.map((line) => line.map(runHtml).join('')).join('\n')
}

const runHtml = ({ text, style }: Run): string => {
  if (style === null) return escapeHtml(text)
  const classes = (['bold', 'faint', 'italic', 'underline', 'strike', 'inverse'] as const)
    .filter((key) => style[key])
    .map((key) => `ansi-${key}`)
  const attributes = `class="${['ansi', ...classes].join(' ')}"${colours(style)}`
  if (style.link === null) return `<span ${attributes}>${escapeHtml(text)}</span>`
  return `<a href="${escapeHtml(style.link)}" rel="noopener noreferrer" ${attributes}>${escapeHtml(text)}</a>`
}

/** Colours are palette indices or `rgb(…)` of integers, so they need no escaping. */
const colours = (style: TextStyle): string => {
  const { text, background } = ansiColours(style, (index) => `var(--ansi-${index})`)
  const parts = [
    ...(background === null ? [] : [`--ansi-bg:${background}`]),
    ...(text === null ? [] : [`--ansi-fg:${text}`]),
  ]
  return parts.length === 0 ? '' : ` style="${parts.join(';')}"`
}

/** UTF-16 code units. Longer code is not highlighted. */
const maxLength = 200_000

export const pythonHtml = (code: string): string => {
  if (code.length > maxLength) return escapeHtml(code)
  const parts: string[] = []
  const put = (text: string, classes: string): void => {
    parts.push(classes === '' ? escapeHtml(text) : `<span class="${classes}">${escapeHtml(text)}</span>`)
  }
  highlightCode(code, parser.parse(code), classHighlighter, put, () => parts.push('\n'))
  return parts.join('')
}
