// Images in the folder that a notebook lies in. The page fetches them for itself, so that nothing but a picture comes of
// whatever lies there, and says so where it cannot: they are no part of the notebook, and not in this browser offline.

import { addressOf } from '../../shared/api/route.ts'
import { routes } from '../../shared/api/routes.ts'

const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  // As an image it runs nothing and loads nothing.
  svg: 'image/svg+xml',
}

export interface FileBeside {
  /** Where the relay has it. */
  readonly address: string
  readonly name: string
  readonly type: string
}

/** null where a text names no image beside this notebook. */
export function fileBeside(address: string): FileBeside | null {
  // Without a scheme, a host, or a path from the root.
  if (!/^[^/\\?#:][^\\:]*$/.test(address) || !URL.canParse(address, location.href)) return null
  const { origin, pathname } = new URL(address, location.href)
  const [, path = ''] = /^\/notebook\/((?:[^/]+\/)*[^/]+)$/.exec(pathname) ?? []
  const type = types[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '']
  return origin === location.origin && type !== undefined
    ? { address: addressOf(routes.readFile, decodeURIComponent(path)), name: address, type }
    : null
}

/** For as long as the page is open: a note is drawn anew at each change of it. */
const loaded = new Map<string, { readonly tag: string; readonly url: string }>()

async function load({ address, type }: FileBeside): Promise<string> {
  const known = loaded.get(address)
  let response: Response
  try {
    response = await fetch(address, known ? { headers: { 'if-none-match': known.tag } } : {})
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    if (known) return known.url
    throw new Error('the relay cannot be reached, and it is not in this browser', { cause: error })
  }
  if (known && response.status === 304) return known.url
  if (!response.ok)
    throw new Error(
      response.status === 404 ? 'there is no such file' : `the relay answers ${response.status}`,
    )
  const blob = new Blob([await response.arrayBuffer()], { type })
  const url = URL.createObjectURL(blob)
  if (known) URL.revokeObjectURL(known.url)
  loaded.set(address, { tag: response.headers.get('etag') ?? '', url })
  return url
}

/** The image, once it is here; in its place, why it is not. */
export function imageBeside(file: FileBeside, alt: string): HTMLElement {
  const image = document.createElement('img')
  image.alt = alt || file.name
  const fail = (reason: string): void => {
    const note = document.createElement('span')
    note.className = 'nb-missing-image'
    note.textContent = `${alt || 'Image'} · ${file.name}: ${reason}`
    image.replaceWith(note)
  }
  image.addEventListener('error', () => fail('not an image that can be shown'))
  load(file).then(
    (url) => (image.src = url),
    (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
  )
  return image
}
