// States of one document, packed together: each is nearly what the one before it was, so that ten of them take little
// more room than one. Brotli, because its window is larger than a state; in the thread pool.
//
//   count · then seq and length of each · the states behind each other
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import { promisify } from 'node:util'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)

/** By the number of their row. */
export type States = ReadonlyMap<number, Uint8Array>

export const packStates = async (states: States): Promise<Uint8Array> => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, states.size)
  for (const [seq, { length }] of states) {
    encoding.writeVarUint(encoder, seq)
    encoding.writeVarUint(encoder, length)
  }
  for (const state of states.values()) encoding.writeUint8Array(encoder, state)
  return compress(encoding.toUint8Array(encoder), {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    },
  })
}

export const unpackStates = async (packed: Uint8Array): Promise<States> => {
  const decoder = decoding.createDecoder(new Uint8Array(await decompress(packed)))
  const each = Array.from({ length: decoding.readVarUint(decoder) }, () => ({
    seq: decoding.readVarUint(decoder),
    length: decoding.readVarUint(decoder),
  }))
  return new Map(each.map(({ seq, length }) => [seq, decoding.readUint8Array(decoder, length)]))
}
