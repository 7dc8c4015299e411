// A large value of an output, stored outside the document: the document has its digest, and the bytes are in stores
// keyed by it. A value is sent once however often it is shown, and a run that replaces it leaves nothing of it in the
// document or log.
import { fromBase64, toBase64, toHexString } from 'lib0/buffer'
import { digest as sha256 } from 'lib0/hash/sha256'
import { decodeUtf8, encodeUtf8 } from 'lib0/string'

import { leafOf } from '../leaf.ts'
import type { Leaf } from '../notebook.ts'
import { linesOf } from '../lines.ts'
import { isRecord } from '../../record.ts'

/**
 * How the bytes represent the value. base64: the bytes it encodes, `base64-line` with a final line end as IPython 7
 * wrote it · text: UTF-8 · lines: UTF-8, the value is the list of its lines · json: its JSON.
 */
const forms = ['base64', 'base64-line', 'text', 'lines', 'json'] as const
type Form = (typeof forms)[number]

export interface BlobRef {
  /** `sha256-` and 64 hex digits: the digest of the bytes. */
  readonly $blob: string
  readonly mime: string
  /** Of the bytes. */
  readonly size: number
  readonly as: Form
}

export interface OutputBlob {
  readonly ref: BlobRef
  readonly bytes: Uint8Array
}

/** Bytes; more than the largest output of a run (run.ts). */
export const maxBlobSize = 32 << 20

/** Characters above which a value becomes a blob: 16 kB as in document.md. */
const inlineLimit = 16 * 1024

export const blobName = (bytes: Uint8Array): string => `sha256-${toHexString(sha256(bytes))}`
const namePattern = /^sha256-[0-9a-f]{64}$/
export const isBlobName = (text: string): boolean => namePattern.test(text)

/** Validated: anybody may have written it. */
export const readBlobRef = (leaf: unknown): BlobRef | null => {
  if (!isRecord(leaf)) return null
  const { $blob, mime, size, as } = leaf
  const form = forms.find((known) => known === as)
  return typeof $blob === 'string' && isBlobName($blob) && typeof mime === 'string' && form !== undefined
    ? { $blob, mime, size: typeof size === 'number' && size >= 0 ? size : 0, as: form }
    : null
}

/** The value as a blob; null if it is small, and cannot be mistaken for a reference. */
export const toBlob = (mime: string, value: Leaf): OutputBlob | null => {
  if (!isBig(value) && !(isRecord(value) && Object.hasOwn(value, '$blob'))) return null
  const { as, bytes } = encode(mime, value)
  return { ref: { $blob: blobName(bytes), mime, size: bytes.byteLength, as }, bytes }
}

/** The value of the bytes; undefined if they do not fit the reference. */
export const blobValue = ({ as }: BlobRef, bytes: Uint8Array): Leaf | undefined => {
  switch (as) {
    case 'base64':
      return toBase64(bytes)
    case 'base64-line':
      return `${toBase64(bytes)}\n`
    case 'text':
      return utf8(bytes)
    case 'lines': {
      const text = utf8(bytes)
      return text === undefined ? undefined : linesOf(text)
    }
    case 'json': {
      const text = utf8(bytes)
      return text === undefined ? undefined : parsed(text)
    }
    default:
      return as satisfies never
  }
}

const isBig = (value: Leaf): boolean => {
  if (typeof value === 'string') return value.length > inlineLimit
  if (typeof value !== 'object' || value === null) return false
  return JSON.stringify(value).length > inlineLimit
}

const encode = (mime: string, value: Leaf): { readonly as: Form; readonly bytes: Uint8Array } => {
  if (typeof value === 'string') {
    const text = value.endsWith('\n') ? value.slice(0, -1) : value
    if (!mime.startsWith('text/') && /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0) {
      const bytes = fromBase64(text)
      // The last base64 digit may have unused bits.
      if (toBase64(bytes) === text) return { as: text === value ? 'base64' : 'base64-line', bytes }
    }
    const bytes = encodeUtf8(value)
    if (utf8(bytes) === value) return { as: 'text', bytes }
  }
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) {
    const text = value.join('')
    const bytes = encodeUtf8(text)
    const again = linesOf(text)
    const isSame = again.length === value.length && again.every((line, at) => line === value[at])
    if (isSame && utf8(bytes) === text) return { as: 'lines', bytes }
  }
  return { as: 'json', bytes: encodeUtf8(JSON.stringify(value)) }
}

const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return decodeUtf8(bytes)
  } catch {
    // The caller reports that the bytes do not fit.
    return undefined
  }
}

const parsed = (text: string): Leaf | undefined => {
  try {
    return leafOf(JSON.parse(text))
  } catch {
    return undefined
  }
}
