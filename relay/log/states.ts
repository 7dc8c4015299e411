// States of one document, packed together: each differs little from the previous one, so ten take little more space
// than one. Brotli, because its window is larger than a state; in the thread pool.
//
// count · then seq and length of each · the states one after another
import { brotliCompress, brotliDecompress, constants, createBrotliDecompress } from 'node:zlib'
import { promisify } from 'node:util'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)

/** By row number. */
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

const headOf = (decoder: decoding.Decoder): readonly { readonly seq: number; readonly length: number }[] =>
  Array.from({ length: decoding.readVarUint(decoder) }, () => ({
    seq: decoding.readVarUint(decoder),
    length: decoding.readVarUint(decoder),
  }))

export const unpackStates = async (packed: Uint8Array): Promise<States> => {
  const decoder = decoding.createDecoder(new Uint8Array(await decompress(packed)))
  return new Map(headOf(decoder).map(({ seq, length }) => [seq, decoding.readUint8Array(decoder, length)]))
}

/** The first one, without unpacking the others; null if there is none. */
export const unpackFirst = async (packed: Uint8Array): Promise<Uint8Array | null> => {
  const stream = createBrotliDecompress()
  stream.end(packed)
  const chunks: Buffer[] = []
  let [size, begin, end] = [0, 0, Infinity]
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    // The header is smaller than a chunk of the stream: there are few states.
    if (end === Infinity) {
      const decoder = decoding.createDecoder(chunk as Buffer)
      const [first] = headOf(decoder)
      if (first === undefined) return null
      begin = decoder.pos
      end = begin + first.length
    }
    if (size >= end) break
  }
  return size < end ? null : new Uint8Array(Buffer.concat(chunks).subarray(begin, end))
}
