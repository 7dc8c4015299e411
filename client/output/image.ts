// Images that need nothing from outside, and what stands in place of the others: loading an address that a note, a
// reply or an output names would tell its host who reads here, and could carry a notebook's words away.

import { rasterUrl } from '../../shared/markdown/image.ts'

export { attachedImage } from '../../shared/markdown/image.ts'

/** An `<img>` of a data: URL of a raster image; null for every other address. */
export function imageElement(address: string, alt: string): HTMLImageElement | null {
  const source = rasterUrl(address)
  if (source === null) return null
  const image = document.createElement('img')
  image.alt = alt
  image.src = source
  return image
}

/** Widths and heights as HTML has them. */
export function sizeImage(shown: HTMLElement, { width, height, align, title }: DOMStringMap): void {
  for (const [side, size] of [
    ['width', width],
    ['height', height],
  ] as const)
    if (size !== undefined) shown.style[side] = /\d$/.test(size) ? `${size}px` : size
  if (align === 'left' || align === 'right') shown.style.float = align
  if (title !== undefined) shown.title = title
}

/** A chip with the host; pressing it shows the whole address as text and loads nothing. */
export function remoteImage(address: string, alt: string): HTMLElement {
  const chip = document.createElement('button')
  chip.type = 'button'
  chip.className = 'nb-remote-image'
  chip.title = address
  const host = URL.canParse(address) ? new URL(address).host : ''
  const short = `${alt || 'Image'} · ${host ? `not loaded from ${host}` : 'not loaded'}`
  chip.textContent = short
  chip.setAttribute('aria-expanded', 'false')
  chip.addEventListener('click', () => {
    const opened = chip.getAttribute('aria-expanded') !== 'true'
    chip.setAttribute('aria-expanded', String(opened))
    chip.textContent = opened ? `${alt || 'Image'} · ${address}` : short
  })
  return chip
}
