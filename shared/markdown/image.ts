// The images that texts and outputs may show: embedded raster images.
import type { Leaf } from '../notebook/notebook.ts'
import { isRecord } from '../record.ts'

export const rasterMimes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const
export type RasterMime = (typeof rasterMimes)[number]

/** Base64 as nbformat has it, in one piece or in lines; null if it is none. */
export const base64Of = (value: Leaf | undefined): string | null => {
  const text = Array.isArray(value) ? value.join('') : value
  return typeof text === 'string' ? text.replace(/\s+/g, '') : null
}

/** The data: URL of an attachment in nbformat's form, `{'image/png': base64}`; null if it is not a raster image. */
export const attachedImage = (attachment: Leaf): string | null => {
  if (!isRecord(attachment)) return null
  for (const mime of rasterMimes) {
    const base64 = base64Of(attachment[mime])
    if (base64 !== null) return `data:${mime};base64,${base64}`
  }
  return null
}

/** The URL without white space if it is a data: URL of a raster image, else null. */
export const rasterUrl = (url: string): string | null => {
  const parts = /^data:(image\/[a-z]+);base64,([A-Za-z0-9+/=\s]+)$/.exec(url)
  if (!parts || !rasterMimes.some((mime) => mime === parts[1])) return null
  return `data:${parts[1] ?? ''};base64,${(parts[2] ?? '').replace(/\s/g, '')}`
}

/** The name in the URL `attachment:name`; null for any other URL. */
export const attachmentName = (url: string): string | null => {
  const name = /^attachment:(.*)$/.exec(url)?.[1]
  if (name === undefined) return null
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
