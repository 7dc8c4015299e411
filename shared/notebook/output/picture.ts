// The format and size of a raster image from its first bytes, because a media type may be wrong.
import { fromBase64 } from 'lib0/buffer'
import type { RasterMime } from '../../markdown/image.ts'

export interface PictureHead {
  readonly mime: RasterMime
  readonly width: number
  readonly height: number
}

/** Characters of base64. The size of a photo comes after its metadata. */
const enough = 256 * 1024

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to))

/** Null if it is none of these formats. */
export const pictureHead = (base64: string): PictureHead | null => {
  const start = base64.slice(0, enough)
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(start) || start.length % 4 !== 0) return null
  const bytes = fromBase64(start)
  if (bytes.length < 30) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head =
    ascii(bytes, 1, 8) === 'PNG\r\n\x1a\n'
      ? of('image/png', view.getUint32(16), view.getUint32(20))
      : /^GIF8[79]a/.test(ascii(bytes, 0, 6))
        ? of('image/gif', view.getUint16(6, true), view.getUint16(8, true))
        : ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP'
          ? webp(view, ascii(bytes, 12, 16))
          : view.getUint16(0) === 0xffd8
            ? jpeg(view)
            : null
  return head !== null && head.width > 0 && head.height > 0 ? head : null
}

const of = (mime: RasterMime, width: number, height: number): PictureHead => ({ mime, width, height })

const webp = (view: DataView, chunk: string): PictureHead | null => {
  const at24 = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16)
  switch (chunk) {
    case 'VP8 ':
      return of('image/webp', view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return of('image/webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
    }
    case 'VP8X':
      return of('image/webp', at24(24) + 1, at24(27) + 1)
    default:
      return null
  }
}

/** The size is in the first start-of-frame segment. */
const jpeg = (view: DataView): PictureHead | null => {
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) at += 1
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return of('image/jpeg', view.getUint16(at + 7), view.getUint16(at + 5))
    else at += 2 + view.getUint16(at + 2)
  }
  return null
}
