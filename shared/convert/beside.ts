// Images beside the notebook that its notes and replies show. An exported page can load nothing, so it has their bytes.
import { toBase64 } from 'lib0/buffer'
import type { RasterMime } from '../markdown/image.ts'
import { newMarkdown } from '../markdown/markdown.ts'
import type { Leaf, Notebook } from '../notebook/notebook.ts'

/** A relative path in the form of a URL: it has no scheme and no host. */
const isBeside = (url: string): boolean => /^[^/\\?#:][^\\:]*\.(?:png|jpe?g|gif|webp)$/i.test(url)

/** The URLs as the texts have them, each once. */
export const imagesBeside = ({ cells }: Notebook): readonly string[] => {
  const markdown = newMarkdown()
  const urls = cells
    .filter(({ kind }) => kind !== 'code' && kind !== 'raw')
    .flatMap(({ source, result }) => [source, result?.reply ?? ''])
    .filter((text) => /!\[|<img/i.test(text))
    .flatMap((text) => markdown.parse(text, {}))
    .flatMap(({ children }) => children ?? [])
    .filter(({ type }) => type === 'image')
    .map((token) => String(token.attrGet('src') ?? ''))
  return [...new Set(urls.filter(isBeside))]
}

/** As an attachment, apart from those of the notebook. */
export const besideName = (url: string): string => `beside the notebook: ${url}`

const signatures: readonly (readonly [RasterMime, readonly (number | null)[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
]

/** By its content: a name promises nothing. */
const attachmentOf = (bytes: Uint8Array): Leaf | null => {
  const isLike = (start: readonly (number | null)[]): boolean =>
    start.every((byte, at) => byte === null || bytes[at] === byte)
  const mime = signatures.find(([, start]) => isLike(start))?.[0]
  return mime === undefined ? null : { [mime]: toBase64(bytes) }
}

/** The notebook with these images, by their URLs. */
export const withImages = (notebook: Notebook, images: ReadonlyMap<string, Uint8Array>): Notebook => {
  const found = [...images].flatMap(([url, bytes]) => {
    const attachment = attachmentOf(bytes)
    return attachment === null ? [] : [[besideName(url), attachment] as const]
  })
  if (found.length === 0) return notebook
  const added = Object.fromEntries(found)
  return {
    ...notebook,
    cells: notebook.cells.map((cell) => ({ ...cell, attachments: { ...cell.attachments, ...added } })),
  }
}
