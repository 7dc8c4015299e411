// Embedded images, and placeholders for remote ones. Loading a remote image would reveal the reader to its host, and could
// leak the content of the notebook.

import { rasterUrl } from '../../shared/markdown/image.ts'
import type { Leaf } from '../../shared/notebook/notebook.ts'
import { isRecord } from '../../shared/record.ts'

export { attachedImage } from '../../shared/markdown/image.ts'

/** An `<img>` for the data: URL of a raster image; null for any other URL. */
export const imageElement = (url: string, alt: string): HTMLImageElement | null => {
  const source = rasterUrl(url)
  if (source === null) return null
  const image = document.createElement('img')
  image.alt = alt
  image.src = source
  return image
}

/** Applies the HTML attributes of an image, filtered by html-tags.ts. */
export const styleImage = (
  shown: HTMLElement,
  { width, height, align, title, style }: DOMStringMap,
): void => {
  if (style !== undefined) shown.style.cssText = style
  for (const [side, size] of [
    ['width', width],
    ['height', height],
  ] as const)
    if (size !== undefined) shown.style[side] = /\d$/.test(size) ? `${size}px` : size
  if (align === 'left' || align === 'right') shown.style.float = align
  if (title !== undefined) shown.title = title
}

/** IPython's `Image(width=…, height=…)` in CSS pixels. */
export const sizeImage = (image: HTMLImageElement, metadata: Leaf | undefined): void => {
  if (!isRecord(metadata)) return
  for (const side of ['width', 'height'] as const) {
    const pixels = metadata[side]
    if (typeof pixels === 'number' && pixels > 0 && pixels <= 10_000) image[side] = pixels
  }
}

/** A chip with the host of the image. Clicking it shows the whole URL and loads nothing. */
export const remoteImage = (url: string, alt: string): HTMLElement => {
  const chip = document.createElement('button')
  chip.type = 'button'
  chip.className = 'nb-remote-image'
  chip.title = url
  const host = URL.canParse(url) ? new URL(url).host : ''
  const short = `${alt || 'Image'} · ${host ? `not loaded from ${host}` : 'not loaded'}`
  chip.textContent = short
  chip.setAttribute('aria-expanded', 'false')
  chip.addEventListener('click', () => {
    const opened = chip.getAttribute('aria-expanded') !== 'true'
    chip.setAttribute('aria-expanded', String(opened))
    chip.textContent = opened ? `${alt || 'Image'} · ${url}` : short
  })
  return chip
}
