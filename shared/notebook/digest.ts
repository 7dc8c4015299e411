import { toHexString } from 'lib0/buffer'
import { digest as sha256 } from 'lib0/hash/sha256'
import { encodeUtf8 } from 'lib0/string'

/** SHA-256 in hex, from lib0, because `crypto.subtle` is missing on plain http and `shared` has neither it nor Node. */
export const textDigest = (text: string): string => toHexString(sha256(encodeUtf8(text)))

/** Identifies a source in `deleted.digest` and `run.sourceDigest`: 64 bits, enough to detect a change. */
export const sourceDigest = (source: string): string => textDigest(source).slice(0, 16)
