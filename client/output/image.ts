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

/** Loads the images at these addresses. */
export type LoadImages = (urls: readonly string[]) => void

const named = (words: string, action: () => void): HTMLButtonElement => {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = words
  button.addEventListener('click', (event) => {
    // It may be inside a link.
    event.preventDefault()
    action()
  })
  return button
}

/** The images of the notebook's notes that come from this host and are not loaded. A model may have written the others. */
const othersFrom = (chip: HTMLElement, host: string): readonly string[] => {
  const chips = chip
    .closest('nb-notebook')
    ?.querySelectorAll<HTMLElement>('nb-cell > .nb-body > nb-markdown .nb-remote-image')
  const urls = [...(chips ?? [])].flatMap(({ dataset: { url } }) => url ?? [])
  return [...new Set(urls)].filter((url) => new URL(url).host === host)
}

/** A chip with the host of the image. Clicking it shows the whole URL and, if it can be loaded, a button for that. */
export const remoteImage = (url: string, alt: string, load?: LoadImages): HTMLElement => {
  const host = URL.canParse(url) ? new URL(url).host : ''
  const short = `${alt || 'Image'} · ${host ? `not loaded from ${host}` : 'not loaded'}`
  const choices = document.createElement('span')
  choices.className = 'nb-remote-load'
  const chip = named(short, () => {
    const opened = chip.getAttribute('aria-expanded') !== 'true'
    chip.setAttribute('aria-expanded', String(opened))
    chip.textContent = opened ? `${alt || 'Image'} · ${url}` : short
    choices.remove()
    if (!opened || load === undefined || !isRemoteImage(url)) return
    const others = othersFrom(chip, host)
    choices.replaceChildren(named('Load', () => load([url])))
    if (others.length > 1) choices.append(named(`Load all ${others.length} from ${host}`, () => load(others)))
    chip.after(choices)
  })
  chip.className = 'nb-remote-image'
  chip.title = url
  if (host !== '') chip.dataset['url'] = url
  chip.setAttribute('aria-expanded', 'false')
  return chip
}

export const isRemoteImage = (url: string): boolean =>
  URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
