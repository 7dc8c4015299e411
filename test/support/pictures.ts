// Images of any size, of which only the beginning is valid.
import { Buffer } from 'node:buffer'

const padded = (bytes: number[], size: number): string =>
  Buffer.concat([Buffer.from(bytes), Buffer.alloc(Math.max(0, size - bytes.length))]).toString('base64')

const be32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
const be16 = (n: number): number[] => [n >>> 8, n & 255]
const le16 = (n: number): number[] => [n & 255, n >>> 8]
const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')]

/** Base64; `size` in bytes. */
export const png = (width: number, height: number, size = 100): string =>
  padded(
    [0x89, ...ascii('PNG\r\n\x1a\n'), ...be32(13), ...ascii('IHDR'), ...be32(width), ...be32(height)],
    size,
  )

export const gif = (width: number, height: number): string =>
  padded([...ascii('GIF89a'), ...le16(width), ...le16(height)], 100)

/** With metadata before the size, as in photos. */
export const jpeg = (width: number, height: number, before = 1_000): string =>
  padded(
    [0xff, 0xd8, 0xff, 0xe1, ...be16(before), ...Array<number>(before - 2).fill(7)].concat([
      0xff,
      0xc2,
      ...be16(17),
      8,
      ...be16(height),
      ...be16(width),
    ]),
    before + 100,
  )

export const webp = (width: number, height: number): string =>
  padded(
    [...ascii('RIFF'), ...be32(0), ...ascii('WEBPVP8X'), ...be32(10), 0, 0, 0, 0].concat([
      ...le16(width - 1),
      0,
      ...le16(height - 1),
      0,
    ]),
    100,
  )
