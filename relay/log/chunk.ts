// A compacted chunk of a document's log: up to `chunkLength` rows, compressed in the thread pool. Rows stay separate, so
// that the history keeps who wrote what and when.
//
//   7 · Brotli: writers: count, then (user, client) each · rows: count · time, as the difference to the previous, each ·
//   writer, an index, each · length, each · the updates in columns
//
// Older formats: a deflated stream, which never begins with 7, with the same content after a 0 and columns of
// differences only; or rows one after another: time, user, client, bytes, where the first byte is never 0.
import { brotliCompress, brotliDecompress, constants, inflateRaw } from 'node:zlib'
import { promisify } from 'node:util'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { fromColumns, toColumns } from './columns.ts'
import type { LoggedUpdate } from './update-log.ts'
import { readWriters, WriterTable } from './writer.ts'

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)
const inflate = promisify(inflateRaw)

const packedBy = 7
/** Up to this many bytes are compressed at the highest level: typing. For more it would take seconds. */
const small = 256 << 10
const inColumns = 0

export const packChunk = async (rows: readonly LoggedUpdate[]): Promise<Uint8Array> => {
  const encoder = encoding.createEncoder()
  const table = new WriterTable(rows)
  table.write(encoder)
  encoding.writeVarUint(encoder, rows.length)
  let before = 0
  for (const { time } of rows) {
    encoding.writeVarInt(encoder, time - before)
    before = time
  }
  for (const row of rows) encoding.writeVarUint(encoder, table.indexOf(row))
  for (const { bytes } of rows) encoding.writeVarUint(encoder, bytes.length)
  encoding.writeUint8Array(encoder, toColumns(rows.map(({ bytes }) => bytes)))
  const plain = encoding.toUint8Array(encoder)
  const quality = plain.length <= small ? constants.BROTLI_MAX_QUALITY : 5
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  }
  return Buffer.concat([Uint8Array.of(packedBy), await compress(plain, { params })])
}

export const unpackChunk = async (docId: string, packed: Uint8Array): Promise<readonly LoggedUpdate[]> => {
  const isMarked = packed[0] === packedBy
  const plain = new Uint8Array(await (isMarked ? decompress(packed.subarray(1)) : inflate(packed)))
  const decoder = decoding.createDecoder(plain)
  if (!isMarked) {
    if (plain[0] !== inColumns) return rowsBehindEachOther(docId, decoder)
    decoding.readVarUint(decoder)
  }
  const writers = readWriters(decoder)
  const count = decoding.readVarUint(decoder)
  const each = <T>(read: () => T): T[] => Array.from({ length: count }, read)
  let before = 0
  const times = each(() => (before += decoding.readVarInt(decoder)))
  const by = each(() => writers[decoding.readVarUint(decoder)])
  const lengths = each(() => decoding.readVarUint(decoder))
  const updates = fromColumns(decoding.readTailAsUint8Array(decoder), lengths, isMarked)
  return updates.map((bytes, index) => {
    const [time, writer] = [times[index], by[index]]
    if (time === undefined || writer === undefined) throw new Error(`a chunk of ${docId} is damaged`)
    return { docId, time, ...writer, bytes }
  })
}

const rowsBehindEachOther = (docId: string, decoder: decoding.Decoder): readonly LoggedUpdate[] => {
  const rows: LoggedUpdate[] = []
  while (decoding.hasContent(decoder)) {
    const time = decoding.readVarUint(decoder)
    const user = decoding.readVarString(decoder)
    const client = decoding.readVarUint(decoder)
    rows.push({ docId, time, user, client, bytes: decoding.readVarUint8Array(decoder) })
  }
  return rows
}
