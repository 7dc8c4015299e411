// Images in the folder of the notebook. The page fetches them itself, so that a file can only ever become an image, and
// shows an error if that fails: these files are not part of the notebook and not available offline.

import { folderPath, folderUrl } from './folder-path.ts'

export const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  // An SVG in an <img> runs no scripts and loads nothing.
  svg: 'image/svg+xml',
}

export interface FolderImage {
  readonly url: string
  readonly name: string
  readonly type: string
}

/** Null if the URL is not that of an image in the notebook's folder. */
export const folderImage = (url: string, known = types): FolderImage | null => {
  const path = folderPath(url)
  const type = known[/\.(\w+)$/.exec(path ?? '')?.[1]?.toLowerCase() ?? '']
  return path !== null && type !== undefined ? { url: folderUrl(path), name: url, type } : null
}

/** By URL, because a note is rendered again at each change. */
const loaded = new Map<string, { readonly tag: string; readonly url: string }>()

const load = async ({ url, type }: FolderImage): Promise<string> => {
  const known = loaded.get(url)
  let response: Response
  try {
    response = await fetch(url, known ? { headers: { 'if-none-match': known.tag } } : {})
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    if (known) return known.url
    throw new Error('the relay cannot be reached, and this browser does not have the image', { cause: error })
  }
  if (known && response.status === 304) return known.url
  if (!response.ok)
    throw new Error(response.status === 404 ? 'file not found' : `the relay answered ${response.status}`)
  const blob = new Blob([await response.arrayBuffer()], { type })
  const objectUrl = URL.createObjectURL(blob)
  if (known) URL.revokeObjectURL(known.url)
  loaded.set(url, { tag: response.headers.get('etag') ?? '', url: objectUrl })
  return objectUrl
}

/** The image, or a message if it cannot be loaded. */
export const folderImageElement = (file: FolderImage, alt: string): HTMLElement => {
  const image = document.createElement('img')
  image.alt = alt || file.name
  const fail = (reason: string): void => {
    const note = document.createElement('span')
    note.className = 'nb-missing-image'
    note.textContent = `${alt || 'Image'} · ${file.name}: ${reason}`
    image.replaceWith(note)
  }
  image.addEventListener('error', () => fail('not a valid image'))
  load(file).then(
    (url) => (image.src = url),
    (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
  )
  return image
}
