// The images sent to a model: those in outputs, and attachments that a text shows.
import { base64Of, rasterMimes } from '../markdown/image.ts'
import type { Picture, Sight } from '../model/provider.ts'
import { readBlobRef, type BlobRef } from '../notebook/output/blob.ts'
import type { Cell, Leaf } from '../notebook/notebook.ts'
import { shownOutputs } from '../notebook/output/output.ts'
import { pictureHead } from '../notebook/output/picture.ts'
import { isRecord } from '../record.ts'
import { omittedIndices } from './budget.ts'

/** Per request. With more images, some providers require smaller ones. */
const [maxCount, maxBytes] = [20, 12 << 20]
/** Share of the token budget. */
const maxShare = 0.5
/** Tokens of an image are its pixels divided by this; larger ones are scaled down. */
const [pixelsPerToken, maxTokens] = [750, 1_600]

/**
 * blind, unknown: the model does not accept images, or it is unknown whether it does · format: unsupported · large: over
 * the provider's limits · budget: omitted for space, oldest first · missing: the bytes are not available yet.
 */
export type PictureWhy = 'sent' | 'blind' | 'unknown' | 'format' | 'large' | 'budget' | 'missing'

export interface PictureUse {
  readonly mime: string
  /** Pixels; null if unknown. */
  readonly size: { readonly width: number; readonly height: number } | null
  /** 0 unless it is sent. */
  readonly tokens: number
  readonly why: PictureWhy
  /** If it is sent. */
  readonly picture: Picture | null
  /** If its bytes are needed. */
  readonly blob: BlobRef | null
}

interface Found {
  readonly mime: string
  readonly value: string | BlobRef
  readonly bytes: number
  /** Included whatever the budget is. */
  readonly fixed: boolean
}

/** The best available form of an image; null if the bundle has none. */
const imageIn = (bundle: { readonly [mime: string]: Leaf }, fixed: boolean): Found | null => {
  const mimes = Object.keys(bundle).filter((mime) => mime.startsWith('image/'))
  const mime = rasterMimes.find((raster) => mimes.includes(raster)) ?? mimes[0]
  if (mime === undefined) return null
  const blob = readBlobRef(bundle[mime])
  if (blob !== null) return { mime, value: blob, bytes: blob.size, fixed }
  const base64 = base64Of(bundle[mime])
  return base64 === null ? null : { mime, value: base64, bytes: Math.floor(base64.length * 0.75), fixed }
}

const isShown = (source: string, name: string): boolean =>
  [name, encodeURI(name), encodeURIComponent(name)].some((form) => source.includes(`attachment:${form}`))

const imagesOf = ({ source, attachments, result }: Cell, fixed: boolean): readonly Found[] =>
  [
    ...Object.entries(attachments)
      .filter(([name]) => isShown(source, name))
      .map(([, leaf]) => leaf),
    ...shownOutputs(result?.outputs ?? []).map((output) => (output.type === 'rich' ? output.data : null)),
  ].flatMap((bundle) => (isRecord(bundle) ? (imageIn(bundle, fixed) ?? []) : []))

/** Regardless of the budget. */
const judged = ({ mime, value, bytes }: Found, sight: Sight): PictureUse => {
  const use = (why: PictureWhy): PictureUse => ({
    mime,
    size: null,
    tokens: 0,
    why,
    picture: null,
    blob: null,
  })
  if (sight.sees !== true) return use(sight.sees === null ? 'unknown' : 'blind')
  const reads = (found: string): boolean => sight.mimes.some((known) => known === found)
  if (!reads(mime)) return use('format')
  if (bytes > sight.maxBytes) return use('large')
  if (typeof value !== 'string') return { ...use('missing'), blob: value }
  const head = pictureHead(value)
  if (head === null || !reads(head.mime)) return use('format')
  const { width, height } = head
  const sized = { ...use('large'), mime: head.mime, size: { width, height } }
  if (Math.max(width, height) > sight.maxSide) return sized
  const tokens = Math.min(maxTokens, Math.ceil((width * height) / pixelsPerToken))
  return { ...sized, tokens, why: 'sent', picture: { mime: head.mime, base64: value } }
}

/** How the images of each cell are used. `isFixed`: cells whose images are sent whatever the budget is. */
export const usePictures = (
  cells: readonly Cell[],
  isFixed: (cell: Cell) => boolean,
  sight: Sight,
  budget: number,
): ReadonlyMap<Cell, readonly PictureUse[]> => {
  const all = cells.flatMap((cell) => imagesOf(cell, isFixed(cell)).map((found) => ({ cell, found })))
  const uses = all.map(({ found }) => judged(found, sight))
  // Missing ones count too, so that the others stay the same once their bytes arrive.
  const wanted = uses.flatMap(({ why }, index) => (why === 'sent' || why === 'missing' ? [index] : []))
  const over = (limit: number, weigh: (index: number) => number): ReadonlySet<number> => {
    const entries = wanted.map((index) => ({ tokens: weigh(index), fixed: all[index]?.found.fixed === true }))
    return new Set([...omittedIndices(entries, limit)].map((nth) => wanted[nth] ?? -1))
  }
  const out = [
    over(maxCount, () => 1),
    over(maxBytes, (index) => all[index]?.found.bytes ?? 0),
    over(budget * maxShare, (index) => uses[index]?.tokens ?? 0),
  ]
  const byCell = new Map<Cell, PictureUse[]>(cells.map((cell) => [cell, []]))
  uses.forEach((use, index) => {
    const isOut = out.some((indices) => indices.has(index))
    const final: PictureUse = isOut ? { ...use, tokens: 0, why: 'budget', picture: null, blob: null } : use
    const cell = all[index]?.cell
    if (cell !== undefined) byCell.get(cell)?.push(final)
  })
  return byCell
}
