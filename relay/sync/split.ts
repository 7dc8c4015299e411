// A large catch-up as several updates, each below a size: one message may be at most 64 MiB, and a page stays
// responsive between smaller ones. The parts integrate in order; deletions come with the last.
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

type Decoded = ReturnType<typeof Y.decodeUpdate>
type Struct = Decoded['structs'][number]

interface Run {
  readonly client: number
  readonly structs: Struct[]
}

const noDeletions: Decoded['ds'] = Y.createDeleteSet()

/** Update format v1: client runs, each `length, client, first clock, structs`, then the delete set. */
const encode = (runs: readonly Run[], deletions: Decoded['ds']): Uint8Array => {
  const encoder = new Y.UpdateEncoderV1()
  encoding.writeVarUint(encoder.restEncoder, runs.length)
  for (const { client, structs } of runs) {
    encoding.writeVarUint(encoder.restEncoder, structs.length)
    encoder.writeClient(client)
    encoding.writeVarUint(encoder.restEncoder, structs[0]?.id.clock ?? 0)
    for (const struct of structs) struct.write(encoder, 0)
  }
  encoding.writeVarUint(encoder.restEncoder, deletions.clients.size)
  for (const [client, items] of [...deletions.clients].sort(([a], [b]) => b - a)) {
    encoder.resetDsCurVal()
    encoding.writeVarUint(encoder.restEncoder, client)
    encoding.writeVarUint(encoder.restEncoder, items.length)
    for (const { clock, len } of items) {
      encoder.writeDsClock(clock)
      encoder.writeDsLen(len)
    }
  }
  return encoder.toUint8Array()
}

/** Parts of about `limit` bytes; a single struct larger than that stays whole. Applied in any order they give `update`. */
export const splitUpdate = (update: Uint8Array, limit: number): readonly Uint8Array[] => {
  if (update.length <= limit) return [update]
  const { structs, ds } = Y.decodeUpdate(update)
  const parts: Uint8Array[] = []
  let runs: Run[] = []
  let size = 0
  for (const struct of structs) {
    const length = sizeOf(struct)
    if (size > 0 && size + length > limit) {
      parts.push(encode(runs, noDeletions))
      runs = []
      size = 0
    }
    const last = runs.at(-1)
    if (last?.client === struct.id.client) last.structs.push(struct)
    else runs.push({ client: struct.id.client, structs: [struct] })
    size += length
  }
  return [...parts, encode(runs, ds)]
}

const sizeOf = (struct: Struct): number => {
  const encoder = new Y.UpdateEncoderV1()
  struct.write(encoder, 0)
  return encoding.length(encoder.restEncoder)
}
