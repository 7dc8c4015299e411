// Outputs in an HTML file. What could hold scripts or load something lies in a frame with neither: sandboxed, without
// an origin, under a policy of its own besides the file's.
import { rasterAddress, rasterMimes } from '../markdown/image.ts'
import type { Leaf, Output } from '../notebook/notebook.ts'
import { isJsonMime, shownOutputs, type MimeBundle, type ShownOutput } from '../notebook/output.ts'
import { markdownHtml, type MathHtml } from './html-markdown.ts'
import { frameStyle } from './html-style.ts'
import { ansiHtml, escapeHtml } from './html-text.ts'

/** Beyond it a text scrolls in its place. */
const mostLines = 60
const column = 800

export const outputsHtml = (outputs: readonly Output[], math: MathHtml): string =>
  shownOutputs(outputs)
    .map((output) => shownHtml(output, math))
    .join('')

function shownHtml(output: ShownOutput, math: MathHtml): string {
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

export function textHtml(text: string, name: string): string {
  const html = ansiHtml(text.replace(/\n$/, ''))
  if (html === '') return ''
  const isLong = html.split('\n').length > mostLines
  return `<pre class="${name}${isLong ? ' long" tabindex="0' : ''}">${html}</pre>\n`
}

/** Richest first, as in the app; a page that needs its scripts to show anything gives way to what needs none. */
function richHtml(data: MimeBundle, metadata: MimeBundle, math: MathHtml): string {
  const page = textOf(data, 'text/html')
  const needsScripts = page !== null && /<script\b/i.test(page)
  if (page !== null && !needsScripts) return frameHtml(page, pageHeight(page))
  const shown = plainHtml(data, metadata, math)
  const without = needsScripts || Object.hasOwn(data, 'application/javascript')
  return `${shown}${without ? leftOut('An interactive output, which needs scripts, is not in this file.') : ''}`
}

function plainHtml(data: MimeBundle, metadata: MimeBundle, math: MathHtml): string {
  const markdown = textOf(data, 'text/markdown')
  if (markdown !== null) return `<div class="markdown">${markdownHtml(markdown, math)}</div>\n`
  const latex = textOf(data, 'text/latex')
  if (latex !== null) return `<div class="markdown">${math(bareTex(latex), true)}</div>\n`
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
  return mimes.length === 0 ? '' : leftOut(`An output of type ${mimes.join(', ')} is not shown.`)
}

const textOf = (data: MimeBundle, mime: string): string | null => {
  const value = Object.hasOwn(data, mime) ? data[mime] : undefined
  return typeof value === 'string' && value !== '' ? value : null
}

const leftOut = (words: string): string => `<p class="left-out">${escapeHtml(words)}</p>\n`

function imageHtml(mime: string, base64: string, size: Leaf | undefined): string {
  const source = rasterAddress(`data:${mime};base64,${base64}`)
  if (source === null) return leftOut(`An image (${mime}) that cannot be read`)
  const sides = (['width', 'height'] as const).map((side) => {
    const record = typeof size === 'object' && size !== null && !Array.isArray(size) ? size : {}
    const pixels = (record as { readonly [side: string]: Leaf })[side]
    return typeof pixels === 'number' && pixels > 0 && pixels <= 10_000 ? ` ${side}="${pixels}"` : ''
  })
  return `<img src="${source}" alt="Image output"${sides.join('')}>\n`
}

const framePolicy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"

function frameHtml(content: string, height: number): string {
  const document = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${framePolicy}"><meta name="color-scheme" content="light dark"><style>${frameStyle}</style>${content}`
  return `<iframe sandbox referrerpolicy="no-referrer" title="Output" style="height:${height}px" srcdoc="${escapeHtml(document)}"></iframe>\n`
}

const between = (least: number, value: number, most: number): number =>
  Math.round(Math.min(most, Math.max(least, value)))

/** Nobody can ask a frame without scripts how tall it is: a guess by its rows, that a person can pull on. */
function pageHeight(page: string): number {
  const count = (tags: RegExp): number => page.match(tags)?.length ?? 0
  const images = count(/<(?:img|svg)\b/gi)
  const words = page.replace(/<style\b[\s\S]*?(?:<\/style>|$)|<[^<>]*>|\s+/gi, '').length
  const rows = count(/<tr\b/gi) * 29
  const blocks = count(/<(?:p|li|br|h[1-6]|pre|dt|dd)\b/gi) * 28
  return between(
    48,
    32 + (images > 0 ? 320 * images : 0) + (rows > 0 ? rows : Math.max(blocks, words / 5)),
    480,
  )
}

function svgHeight(svg: string): number {
  const tag = /<svg\b[^<>]*>/i.exec(svg)?.[0] ?? ''
  const side = (name: string): number => {
    const [, size = '', unit = ''] = new RegExp(`\\s${name}=["']?([\\d.]+)(px|pt|)["'\\s>]`).exec(tag) ?? []
    return Number(size) * (unit === 'pt' ? 4 / 3 : 1)
  }
  const [, , boxWidth = 0, boxHeight = 0] = (/viewBox=["']([^"']*)/i.exec(tag)?.[1] ?? '')
    .split(/[\s,]+/)
    .map(Number)
  const width = side('width') || (side('height') ? side('height') * (boxWidth / (boxHeight || 1)) : column)
  const height = side('height') || Math.min(360, boxWidth > 0 ? (width * boxHeight) / boxWidth : 150)
  return between(24, (width > column ? (height * column) / width : height) + 8, 1_200) || 150
}

/** IPython's `Math` and sympy wrap a formula in dollars. */
const bareTex = (text: string): string => {
  const [, , inside] = /^(\$\$?)(.*)\1$/s.exec(text.trim()) ?? []
  return inside ?? text.trim()
}
