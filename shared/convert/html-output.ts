// Outputs in an HTML file. HTML and SVG go into sandboxed frames with an opaque origin and their own policy, so that they
// can neither run scripts nor load anything.
import { rasterUrl, rasterMimes } from '../markdown/image.ts'
import { latexParts } from '../markdown/latex.ts'
import type { Leaf, Output } from '../notebook/notebook.ts'
import { isJsonMime, shownOutputs, type MimeBundle, type ShownOutput } from '../notebook/output/output.ts'
import { markdownHtml, type MathHtml } from './html-markdown.ts'
import { frameStyle } from './html-style.ts'
import { ansiHtml, escapeHtml } from './html-text.ts'
import { isRecord } from '../record.ts'

/** Longer text scrolls. */
const maxLines = 60
const columnWidth = 800

export const outputsHtml = (outputs: readonly Output[], math: MathHtml): string =>
  shownOutputs(outputs)
    .map((output) => shownHtml(output, math))
    .join('')

const shownHtml = (output: ShownOutput, math: MathHtml): string => {
  switch (output.type) {
    case 'stream':
      return textHtml(output.text, output.name)
    case 'error':
      return textHtml(output.traceback, 'traceback')
    case 'unknown':
      return textHtml(output.json, 'unknown')
    case 'rich':
      return richHtml(output.data, output.metadata, math)
    default:
      return output satisfies never
  }
}

export const textHtml = (text: string, name: string): string => {
  const html = ansiHtml(text.replace(/\n$/, ''))
  if (html === '') return ''
  const isLong = html.split('\n').length > maxLines
  return `<pre class="${name}${isLong ? ' long" tabindex="0' : ''}">${html}</pre>\n`
}

/** Prefers the richest type, as in the app, but not HTML that depends on scripts. */
const richHtml = (data: MimeBundle, metadata: MimeBundle, math: MathHtml): string => {
  const html = textOf(data, 'text/html')
  const needsScripts = html !== null && /<script\b/i.test(html)
  if (html !== null && !needsScripts) return frameHtml(html, estimatedHeight(html))
  const shown = staticHtml(data, metadata, math)
  const isIncomplete = needsScripts || Object.hasOwn(data, 'application/javascript')
  return `${shown}${isIncomplete ? omissionHtml('An interactive output that needs scripts was omitted.') : ''}`
}

const staticHtml = (data: MimeBundle, metadata: MimeBundle, math: MathHtml): string => {
  const markdown = textOf(data, 'text/markdown')
  if (markdown !== null) return `<div class="markdown">${markdownHtml(markdown, math)}</div>\n`
  const latex = textOf(data, 'text/latex')
  if (latex !== null) {
    const parts = latexParts(latex).map((part) =>
      typeof part === 'string' ? escapeHtml(part) : math(part.tex, part.display),
    )
    return `<div class="markdown">${parts.join('')}</div>\n`
  }
  const svg = textOf(data, 'image/svg+xml')
  if (svg !== null) return frameHtml(svg, svgHeight(svg))
  for (const mime of rasterMimes) {
    const base64 = textOf(data, mime)
    if (base64 !== null) return imageHtml(mime, base64, metadata[mime])
  }
  for (const [mime, value] of Object.entries(data))
    if (mime === 'application/json') return textHtml(JSON.stringify(value, null, 2), 'result')
  const text = textOf(data, 'text/plain')
  if (text !== null) return textHtml(text, 'result')
  for (const [mime, value] of Object.entries(data))
    if (isJsonMime(mime)) return textHtml(JSON.stringify(value, null, 2), 'result')
  const mimes = Object.keys(data).filter((mime) => mime !== 'text/html' && mime !== 'application/javascript')
  return mimes.length === 0 ? '' : omissionHtml(`An output of type ${mimes.join(', ')} is not shown.`)
}

const textOf = (data: MimeBundle, mime: string): string | null => {
  const value = Object.hasOwn(data, mime) ? data[mime] : undefined
  return typeof value === 'string' && value !== '' ? value : null
}

const omissionHtml = (message: string): string => `<p class="omitted">${escapeHtml(message)}</p>\n`

const imageHtml = (mime: string, base64: string, size: Leaf | undefined): string => {
  const source = rasterUrl(`data:${mime};base64,${base64}`)
  if (source === null) return omissionHtml(`An invalid image (${mime})`)
  const sides = (['width', 'height'] as const).map((side) => {
    const pixels = isRecord(size) ? size[side] : null
    return typeof pixels === 'number' && pixels > 0 && pixels <= 10_000 ? ` ${side}="${pixels}"` : ''
  })
  return `<img src="${source}" alt="Image output"${sides.join('')}>\n`
}

/** Of the exported page, and of the frames in it: nothing runs or is loaded. */
export const exportPolicy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"

const frameHtml = (content: string, height: number): string => {
  const document = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${exportPolicy}"><meta name="color-scheme" content="light dark"><style>${frameStyle}</style>${content}`
  return `<iframe sandbox referrerpolicy="no-referrer" title="Output" style="height:${height}px" srcdoc="${escapeHtml(document)}"></iframe>\n`
}

const clamp = (min: number, value: number, max: number): number =>
  Math.round(Math.min(max, Math.max(min, value)))

/** A frame without scripts cannot report its height. This is an estimate; the reader can resize the frame. */
const estimatedHeight = (html: string): number => {
  const count = (tags: RegExp): number => html.match(tags)?.length ?? 0
  const images = count(/<(?:img|svg)\b/gi)
  const characters = html.replace(/<style\b[\s\S]*?(?:<\/style>|$)|<[^<>]*>|\s+/gi, '').length
  const rows = count(/<tr\b/gi) * 29
  const blocks = count(/<(?:p|li|br|h[1-6]|pre|dt|dd)\b/gi) * 28
  return clamp(
    48,
    32 + (images > 0 ? 320 * images : 0) + (rows > 0 ? rows : Math.max(blocks, characters / 5)),
    480,
  )
}

const svgHeight = (svg: string): number => {
  const tag = /<svg\b[^<>]*>/i.exec(svg)?.[0] ?? ''
  const side = (name: string): number => {
    const [, size = '', unit = ''] = new RegExp(`\\s${name}=["']?([\\d.]+)(px|pt|)["'\\s>]`).exec(tag) ?? []
    return Number(size) * (unit === 'pt' ? 4 / 3 : 1)
  }
  const [, , boxWidth = 0, boxHeight = 0] = (/viewBox=["']([^"']*)/i.exec(tag)?.[1] ?? '')
    .split(/[\s,]+/)
    .map(Number)
  const width =
    side('width') || (side('height') ? side('height') * (boxWidth / (boxHeight || 1)) : columnWidth)
  const height = side('height') || Math.min(360, boxWidth > 0 ? (width * boxHeight) / boxWidth : 150)
  return clamp(24, (width > columnWidth ? (height * columnWidth) / width : height) + 8, 1_200) || 150
}
