// Images that need nothing from outside, and what stands in place of the others: loading an address that a note, a
// reply or an output names would tell its host who reads here, and could carry a notebook's words away.

import type { Leaf } from '../../shared/notebook/notebook.ts'

export const rasterMimes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const
export type RasterMime = (typeof rasterMimes)[number]

/** The data: URL of an attachment in nbformat's form, `{'image/png': base64}`; null where it holds no raster image. */
export function attachedImage(attachment: Leaf): string | null {
  if (typeof attachment !== 'object' || attachment === null || Array.isArray(attachment)) return null
  const bundle = attachment as { readonly [mime: string]: Leaf }
  for (const mime of rasterMimes) {
    const value = bundle[mime]
    const base64 = Array.isArray(value) ? value.join('') : value
    if (typeof base64 === 'string') return `data:${mime};base64,${base64}`
  }
  return null
}

/** An `<img>` of a data: URL of a raster image; null for every other address. */
export function imageElement(address: string, alt: string): HTMLImageElement | null {
  const parts = /^data:(image\/[a-z]+);base64,([A-Za-z0-9+/=\s]+)$/.exec(address)
  if (!parts || !rasterMimes.some((mime) => mime === parts[1])) return null
  const image = document.createElement('img')
  image.alt = alt
  image.src = `data:${parts[1] ?? ''};base64,${(parts[2] ?? '').replace(/\s/g, '')}`
  return image
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
