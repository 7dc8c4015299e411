// Selects which representation of an output is shown. The order of preference is Jupyter's, richest first. What could run
// scripts or load something is shown in a frame, never in the page.

import { chartMimes, framedMimes, isChart, type FramedMime } from '../frame/message.ts'
import { readBlobRef, type BlobRef } from '../../shared/notebook/output/blob.ts'
import { isJsonMime, type MimeBundle } from '../../shared/notebook/output/output.ts'
import type { Leaf } from '../../shared/notebook/notebook.ts'
import { rasterMimes, type RasterMime } from '../../shared/markdown/image.ts'
import { isRecord } from '../../shared/record.ts'

const widgetMime = 'application/vnd.jupyter.widget-view+json'

export type ShownForm =
  | {
      readonly type: 'framed'
      readonly mime: Exclude<FramedMime, typeof widgetMime>
      readonly content: string
    }
  /** `text` is shown if the document does not have the model. */
  | { readonly type: 'widget'; readonly model: string; readonly text: string }
  | { readonly type: 'markdown'; readonly text: string }
  | { readonly type: 'latex'; readonly text: string }
  /** `base64` as in the file, possibly with line breaks. */
  | { readonly type: 'image'; readonly mime: RasterMime; readonly base64: string }
  | { readonly type: 'pdf'; readonly base64: string }
  | { readonly type: 'json'; readonly value: Leaf }
  | { readonly type: 'text'; readonly text: string }
  /** Stored outside the document, to be loaded first. */
  | { readonly type: 'blob'; readonly mime: string; readonly ref: BlobRef }
  /** None of these types can be shown. */
  | { readonly type: 'none'; readonly mimes: readonly string[] }

/** MIME types by preference, followed by audio and video, plain text, and unknown `+json` types. */
const preferred = [
  widgetMime,
  ...chartMimes,
  'text/html',
  'text/markdown',
  'text/latex',
  'image/svg+xml',
  ...rasterMimes,
  'application/pdf',
  'application/json',
  'application/javascript',
] as const

export const richestForm = (data: MimeBundle): ShownForm => {
  for (const mime of preferred) {
    const value = data[mime]
    if (value === undefined || value === '') continue
    const form =
      mime === widgetMime ? widgetForm(value, data) : (blobForm(mime, value) ?? formOf(mime, value))
    if (form) return form
  }
  for (const [mime, value] of Object.entries(data)) {
    const media = isMedia(mime) ? (blobForm(mime, value) ?? mediaForm(mime, value)) : null
    if (media) return media
  }
  const plain = data['text/plain']
  const waiting = plain === undefined ? null : blobForm('text/plain', plain)
  if (waiting) return waiting
  if (typeof plain === 'string' && plain !== '') return { type: 'text', text: plain }
  for (const [mime, value] of Object.entries(data)) {
    const blob = isJsonMime(mime) || mime.startsWith('text/') ? blobForm(mime, value) : null
    if (blob) return blob
    if (isJsonMime(mime)) return { type: 'json', value }
    if (mime.startsWith('text/') && typeof value === 'string') return { type: 'text', text: value }
  }
  return { type: 'none', mimes: Object.keys(data) }
}

const blobForm = (mime: string, value: Leaf): ShownForm | null => {
  const ref = readBlobRef(value)
  return ref === null ? null : { type: 'blob', mime, ref }
}

const formOf = (
  mime: Exclude<(typeof preferred)[number], typeof widgetMime>,
  value: Leaf,
): ShownForm | null => {
  if (mime === 'application/json') return { type: 'json', value }
  if (isChart(mime))
    return typeof value === 'object' && value !== null
      ? { type: 'framed', mime, content: JSON.stringify(value) }
      : null
  if (typeof value !== 'string') return null
  const framed = framedMimes.find((known) => known === mime)
  if (framed && framed !== widgetMime)
    return { type: 'framed', mime: framed, content: withOutputClass(framed, value) }
  if (mime === 'application/pdf') return { type: 'pdf', base64: value }
  const raster = rasterMimes.find((known) => known === mime)
  if (raster) return { type: 'image', mime: raster, base64: value }
  if (mime === 'text/markdown') return { type: 'markdown', text: value }
  return mime === 'text/latex' ? { type: 'latex', text: value } : null
}

/** Jupyter puts outputs into an element of this class, which the styles of IPython's `Code` rely on. */
const withOutputClass = (mime: FramedMime, content: string): string =>
  mime === 'text/html' && content.includes('.output_html ')
    ? `<div class="output_html">${content}</div>`
    : content

const widgetForm = (view: Leaf, data: MimeBundle): ShownForm | null => {
  const model = isRecord(view) ? view['model_id'] : undefined
  const text = data['text/plain']
  return typeof model === 'string'
    ? { type: 'widget', model, text: typeof text === 'string' ? text : '' }
    : null
}

const isMedia = (mime: string): boolean => /^(audio|video)\/[\w.+-]+$/.test(mime)

/** Audio and video as HTML for the frame, because the page's policy does not allow them. */
const mediaForm = (mime: string, value: Leaf): ShownForm | null => {
  const [tag] = mime.split('/')
  if (typeof value !== 'string') return null
  const base64 = value.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  const content = `<${tag} controls src="data:${mime};base64,${base64}"></${tag}>`
  return { type: 'framed', mime: 'text/html', content }
}
