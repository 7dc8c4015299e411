// A compacted chunk of a document's log: up to `chunkLength` rows behind each other, deflated in the thread pool.
// The rows stay apart, so that the history keeps who wrote what and when.
import { deflateRaw, inflateRaw } from 'node:zlib'
import { promisify } from 'node:util'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { LogRow } from './store.ts'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

export const packChunk = async (rows: readonly LogRow[]): Promise<Uint8Array> => {
  const encoder = encoding.createEncoder()
  for (const row of rows) {
    encoding.writeVarUint(encoder, row.time)
    encoding.writeVarString(encoder, row.user)
    encoding.writeVarUint(encoder, row.client)
    encoding.writeVarUint8Array(encoder, row.bytes)
  }
  return deflate(encoding.toUint8Array(encoder))
}

export const unpackChunk = async (docId: string, packed: Uint8Array): Promise<readonly LogRow[]> => {
  const decoder = decoding.createDecoder(new Uint8Array(await inflate(packed)))
  const rows: LogRow[] = []
  while (decoding.hasContent(decoder)) {
    const time = decoding.readVarUint(decoder)
    const user = decoding.readVarString(decoder)
    const client = decoding.readVarUint(decoder)
    rows.push({ docId, time, user, client, bytes: decoding.readVarUint8Array(decoder) })
  }
  return rows
}
