// Images in the folder of the notebook, and those that Python wrote in this browser. The page fetches them itself, so that
// a file can only ever become an image, and shows an error if that fails: these files are not part of the notebook, and
// those that are only in the folder are not available offline.

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
  /** In the relay's folder. */
  readonly path: string
  readonly url: string
  readonly name: string
  readonly type: string
}

/** Null if the URL is not that of an image in the notebook's folder. */
export const folderImage = (url: string, known = types): FolderImage | null => {
  const path = folderPath(url)
  const type = known[/\.(\w+)$/.exec(path ?? '')?.[1]?.toLowerCase() ?? '']
  return path !== null && type !== undefined ? { path, url: folderUrl(path), name: url, type } : null
}

/** By URL, because a note is rendered again at each change. */
const loaded = new Map<string, { readonly tag: string; readonly url: string }>()

const load = async ({ path, url, type }: FolderImage): Promise<string> => {
  const known = loaded.get(url)
  const keep = (bytes: BlobPart, tag: string): string => {
    if (known?.tag === tag && tag !== '') return known.url
    const objectUrl = URL.createObjectURL(new Blob([bytes], { type }))
    if (known) URL.revokeObjectURL(known.url)
    loaded.set(url, { tag, url: objectUrl })
    return objectUrl
  }
  const { ownFile } = await import('./own-file.ts')
  const own = await ownFile(path)
  if (own?.isNewer) return keep(own.bytes, own.version)
  let response: Response
  try {
    response = await fetch(url, known ? { headers: { 'if-none-match': known.tag } } : {})
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    if (own) return keep(own.bytes, own.version)
    if (known) return known.url
    throw new Error('the relay cannot be reached, and this browser does not have the image', { cause: error })
  }
  if (known && response.status === 304) return known.url
  if (response.ok) return keep(await response.arrayBuffer(), response.headers.get('etag') ?? '')
  if (own) return keep(own.bytes, own.version)
  throw new Error(response.status === 404 ? 'file not found' : `the relay answered ${response.status}`)
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
