// Which form of an output is shown, and where. The order is Jupyter's, richest first; trust is ours: what can hold
// scripts or load something goes into a frame, never into the page.

import { framedMimes, type FramedMime } from '../frame/message.ts'
import { readBlobRef, type BlobRef } from '../../shared/notebook/blob.ts'
import { isJsonMime, type MimeBundle } from '../../shared/notebook/output.ts'
import type { Leaf } from '../../shared/notebook/notebook.ts'
import { rasterMimes, type RasterMime } from '../../shared/markdown/image.ts'

export type ShownForm =
  | { readonly type: 'framed'; readonly mime: FramedMime; readonly content: string }
  | { readonly type: 'markdown'; readonly text: string }
  | { readonly type: 'latex'; readonly tex: string }
  /** `base64` as the file has it, line ends and all. */
  | { readonly type: 'image'; readonly mime: RasterMime; readonly base64: string }
  | { readonly type: 'json'; readonly value: Leaf }
  | { readonly type: 'text'; readonly text: string }
  /** Not here yet: once it is, it is shown as what it is. */
  | { readonly type: 'blob'; readonly mime: string; readonly ref: BlobRef }
  /** Nothing here can be shown; the types there are. */
  | { readonly type: 'none'; readonly mimes: readonly string[] }

/** Mime types by preference; `+json` of makers we do not know come after them all, before plain text. */
const preferred = [
  'text/html',
  'text/markdown',
  'text/latex',
  'image/svg+xml',
  ...rasterMimes,
  'application/json',
  'application/javascript',
  'text/plain',
] as const

export function richestForm(data: MimeBundle): ShownForm {
  for (const mime of preferred) {
    const value = data[mime]
    const form = value === undefined || value === '' ? null : formOf(mime, value)
    if (form) return form
  }
  for (const [mime, value] of Object.entries(data)) {
    const ref = readBlobRef(value)
    if (ref !== null && (isJsonMime(mime) || mime.startsWith('text/'))) return { type: 'blob', mime, ref }
    if (isJsonMime(mime)) return { type: 'json', value }
    if (mime.startsWith('text/') && typeof value === 'string') return { type: 'text', text: value }
  }
  return { type: 'none', mimes: Object.keys(data) }
}

function formOf(mime: (typeof preferred)[number], value: Leaf): ShownForm | null {
  const ref = readBlobRef(value)
  if (ref !== null) return { type: 'blob', mime, ref }
  if (mime === 'application/json') return { type: 'json', value }
  if (typeof value !== 'string') return null
  const framed = framedMimes.find((known) => known === mime)
  if (framed) return { type: 'framed', mime: framed, content: value }
  const raster = rasterMimes.find((known) => known === mime)
  if (raster) return { type: 'image', mime: raster, base64: value }
  if (mime === 'text/markdown') return { type: 'markdown', text: value }
  if (mime === 'text/latex') return { type: 'latex', tex: bareTex(value) }
  return { type: 'text', text: value }
}

/** IPython's `Math` and sympy wrap a formula in dollars. */
function bareTex(text: string): string {
  const trimmed = text.trim()
  for (const [open, close] of [
    ['$$', '$$'],
    ['$', '$'],
    [String.raw`\[`, String.raw`\]`],
    [String.raw`\(`, String.raw`\)`],
  ] as const) {
    if (trimmed.length >= open.length + close.length && trimmed.startsWith(open) && trimmed.endsWith(close))
      return trimmed.slice(open.length, -close.length)
  }
  return trimmed
}
