// Text in an HTML file: escaped, with ANSI colours, or with Python syntax highlighting. All foreign text passes through
// `escapeHtml`.
import { classHighlighter, highlightCode } from '@lezer/highlight'
import { parser } from '@lezer/python'
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
  return `<span ${attributes}>${escapeHtml(text)}</span>`
}

/** Colours are palette indices or `rgb(…)` of integers, so they need no escaping. */
const colours = ({ foreground, background }: TextStyle): string => {
  const parts: string[] = []
  if (typeof background === 'string') parts.push(`--ansi-bg:${background}`)
  else if (background !== null)
    parts.push(`--ansi-bg:color-mix(in srgb, var(--ansi-${background}) 25%, transparent)`)
  if (typeof background === 'string' && typeof foreground !== 'string')
    parts.push(`--ansi-fg:${contrasting(background)}`)
  else if (typeof foreground === 'number') parts.push(`--ansi-fg:var(--ansi-${foreground})`)
  else if (foreground !== null)
    parts.push(`--ansi-fg:${background === null ? readable(foreground) : foreground}`)
  return parts.length === 0 ? '' : ` style="${parts.join(';')}"`
}

/** Black on light backgrounds and white on dark ones, because theme colours only suit the page's own background. */
const contrasting = (colour: string): string => `oklch(from ${colour} clamp(0.15, (0.65 - l) * 1000, 1) 0 h)`

/** The given hue, dark enough for a light page and light enough for a dark one. */
const readable = (colour: string): string =>
  `light-dark(oklch(from ${colour} min(l, 0.52) c h), oklch(from ${colour} max(l, 0.74) c h))`

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
