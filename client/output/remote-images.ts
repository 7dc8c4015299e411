// Images of other servers in a note or a reply, which the user has loaded. Each is in a frame of its own, because the page
// loads nothing from other servers. Loaded are only addresses that were there when the user asked: whoever writes another
// one into the text later, such as a model, learns nothing by it.

import { Allowed } from './allowed.ts'
import { OutputFrame, type FrameHeights } from './frame.ts'
import { isRemoteImage } from './image.ts'

/** The addresses of the images that were loaded in a notebook. */
export class LoadedImages extends Allowed {
  constructor(
    docId: () => string | null,
    readonly heights: FrameHeights,
  ) {
    super('images', isRemoteImage, docId)
  }
}

/** Hosts to which others redirect. */
const redirects: Readonly<Record<string, readonly string[]>> = {
  'github.com': [
    'raw.githubusercontent.com',
    'private-user-images.githubusercontent.com',
    'github-production-user-asset-6210df.s3.amazonaws.com',
  ],
}

/** Written by a document that loads nothing. */
const inert = document.implementation.createHTMLDocument()

const imageHtml = (url: string, alt: string, isSized: boolean): string => {
  const image = inert.createElement('img')
  // A frame loads nothing without encryption.
  image.src = url.replace(/^http:/i, 'https:')
  image.alt = alt || url
  image.style.cssText = `display: block; max-width: 100%; ${isSized ? 'width: 100%' : ''}`
  return image.outerHTML
}

const frameOf = (chip: HTMLElement, url: string, heights: FrameHeights): OutputFrame => {
  const alt = chip.textContent.split(' · ')[0] ?? ''
  const { host } = new URL(url)
  const { width, cssFloat } = chip.style
  const frame = new OutputFrame(
    { mime: 'text/html', content: imageHtml(url, alt, width !== '') },
    `image ${url}`,
    heights,
    alt,
    null,
    {
      allowed: [host, ...(redirects[host] ?? [])],
      allow: () => undefined,
      onChange: () => () => undefined,
    },
  )
  frame.element.classList.add('nb-loaded-image')
  Object.assign(frame.element.style, { width, cssFloat })
  return frame
}

export class RemoteImages {
  private frames: readonly OutputFrame[] = []

  constructor(private readonly loaded: LoadedImages) {}

  get isEmpty(): boolean {
    return this.frames.length === 0
  }

  readonly load = (urls: readonly string[]): void => this.loaded.allow(urls)

  /** Shows those of the text that are loaded, and forgets those that are no longer in it. */
  show(text: Element): void {
    this.dispose((frame) => text.contains(frame.element))
    const chips = text.querySelectorAll<HTMLElement>('.nb-remote-image')
    // Most texts have none, and a reply is drawn while it streams: the browser's storage is not read for them.
    if (chips.length === 0) return
    const { allowed, heights } = this.loaded
    for (const chip of chips) {
      const { url } = chip.dataset
      if (url === undefined || !allowed.includes(url)) continue
      const choices = chip.nextElementSibling
      if (choices?.className === 'nb-remote-load') choices.remove()
      const frame = frameOf(chip, url, heights)
      this.frames = [...this.frames, frame]
      chip.replaceWith(frame.element)
    }
  }

  dispose(isKept: (frame: OutputFrame) => boolean = () => false): void {
    for (const frame of this.frames) if (!isKept(frame)) frame.dispose()
    this.frames = this.frames.filter(isKept)
  }
}
