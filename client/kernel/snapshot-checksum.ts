/** Bytes of the checksum at the end of the snapshot's file. */
const sumLength = 4

/**
 * Detects damaged files: FNV-1a over words, about 15 ms for a snapshot. Also works without `crypto.subtle`. The length
 * and the offset in the buffer are multiples of four.
 */
const checksumOf = (bytes: Uint8Array): number => {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  let sum = 0x811c9dc5 | 0
  // An iterator would take ten times as long.
  for (let at = 0; at < words.length; at++) sum = Math.imul(sum ^ (words[at] ?? 0), 0x01000193)
  return sum >>> 0
}

export const withSum = (memory: Uint8Array): Uint8Array => {
  const file = new Uint8Array(memory.byteLength + sumLength)
  file.set(memory)
  const sum = checksumOf(file.subarray(0, memory.byteLength))
  new DataView(file.buffer).setUint32(memory.byteLength, sum, true)
  return file
}

/** The snapshot without its checksum. Throws if it is damaged. */
export const checked = (file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const length = file.byteLength - sumLength
  if (length <= 0 || length % 4 !== 0) throw new Error(`it has ${file.byteLength} bytes`)
  const memory = file.subarray(0, length)
  const expected = new DataView(file.buffer, file.byteOffset + length).getUint32(0, true)
  if (checksumOf(memory) !== expected) throw new Error('its content is damaged')
  return memory
}
