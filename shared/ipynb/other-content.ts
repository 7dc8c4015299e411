// What a file that is not a notebook is instead, where its first bytes show it: what such a name often contains after a
// failed download, checkout or write.
const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean =>
  start.every((byte, at) => bytes[at] === byte)

/** Null if unknown. */
export const otherContent = (bytes: Uint8Array): string | null => {
  if (bytes.length > 0 && bytes.every((byte) => byte === 0))
    return 'it has only zero bytes, as after a power failure'
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) return 'it is UTF-16, not UTF-8 text'
  if (startsWith(bytes, 0x1f, 0x8b)) return 'not a notebook: it is compressed (gzip)'
  if (startsWith(bytes, 0x50, 0x4b, 3, 4)) return 'not a notebook: it is a ZIP archive'
  const start = String.fromCharCode(...bytes.subarray(0, 200)).trimStart()
  if (start.startsWith('version https://git-lfs.'))
    return 'it is a pointer of Git LFS, and “git lfs pull” gets the notebook'
  if (/^<(?:!doctype|html|\?xml)/i.test(start)) return 'not a notebook: it is a web page'
  return null
}
