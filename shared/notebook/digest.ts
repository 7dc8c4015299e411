import { toHexString } from 'lib0/buffer'
import { digest as sha256 } from 'lib0/hash/sha256'
import { encodeUtf8 } from 'lib0/string'

/** SHA-256 in hex. lib0's, because `crypto.subtle` is missing on plain http and `shared` has neither it nor Node's. */
export const textDigest = (text: string): string => toHexString(sha256(encodeUtf8(text)))

/** Names a source in `deleted.digest` and `run.sourceDigest`: 64 bits, enough to notice that it is another one. */
export const sourceDigest = (source: string): string => textDigest(source).slice(0, 16)
