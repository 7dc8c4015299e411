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

const load = async (file: FolderImage): Promise<string> => {
  const known = loaded.get(file.url)
  const { readFile } = await import('./folder-file.ts')
  const read = await readFile(file, known?.tag ?? null)
  if (read === null && known) return known.url
  if (read === null) throw new Error('a file that was not read before cannot be unchanged')
  const url = URL.createObjectURL(new Blob([read.bytes], { type: file.type }))
  if (known) URL.revokeObjectURL(known.url)
  loaded.set(file.url, { tag: read.tag, url })
  return url
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
