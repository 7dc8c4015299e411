// Splits a large y-websocket message into small ones: proxies often limit messages to a megabyte, and both ends stay
// responsive between small parts. Parts are applied in order, deletions last. A long text inserted at once is a single
// Yjs struct, so structs are split too.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { messageSync, syncStep2, syncUpdate } from './protocol.ts'

/** Bytes. Leaves room for framing below 512 kB. */
export const maxPart = 480 << 10

type Decoded = ReturnType<typeof Y.decodeUpdate>
type Struct = Decoded['structs'][number]

interface ClientStructs {
  readonly client: number
  readonly structs: Struct[]
}

/** Yjs update format v1: per client `length, client, first clock, structs`, then the delete set. */
const encode = (
  groups: readonly ClientStructs[],
  deletions: Decoded['ds'] = Y.createDeleteSet(),
): Uint8Array => {
  const encoder = new Y.UpdateEncoderV1()
  encoding.writeVarUint(encoder.restEncoder, groups.length)
  for (const { client, structs } of groups) {
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

/** The number of leading elements that encode to at most `limit` bytes; at least 1. */
const fitting = (content: Y.Item['content'], limit: number): number => {
  if (content instanceof Y.ContentString) {
    // A UTF-16 code unit takes at most three bytes. Surrogate pairs stay together.
    const count = Math.max(2, Math.floor(limit / 3))
    return /[\uD800-\uDBFF]/.test(content.str[count - 1] ?? '') ? count - 1 : count
  }
  if (!(content instanceof Y.ContentAny)) return content.getLength()
  let [count, size] = [0, 0]
  for (const value of content.arr) {
    size += encoding.encode((encoder) => encoding.writeAny(encoder, value)).length
    if (count > 0 && size > limit) break
    count++
  }
  return count
}

/** Splits a struct the way Yjs itself would. */
const splitStruct = (struct: Struct, limit: number): readonly Struct[] => {
  if (!(struct instanceof Y.Item)) return [struct]
  const pieces: Struct[] = [struct]
  let last = struct
  for (;;) {
    const count = fitting(last.content, limit)
    if (count >= last.content.getLength()) return pieces
    const rest = last.content.splice(count)
    const { client, clock } = last.id
    last.length = count
    last = new Y.Item(
      Y.createID(client, clock + count),
      null,
      Y.createID(client, clock + count - 1),
      null,
      last.rightOrigin,
      // Yjs derives the parent from the left origin.
      null,
      last.parentSub,
      rest,
    )
    pieces.push(last)
  }
}

const sizeOf = (struct: Struct): number => {
  const encoder = new Y.UpdateEncoderV1()
  struct.write(encoder, 0)
  return encoding.length(encoder.restEncoder)
}

/** Upper bound for the encoded size of one deleted range, in bytes. */
const rangeSize = 12

const splitDeletions = ({ clients }: Decoded['ds'], limit: number): readonly Decoded['ds'][] => {
  const rangesPerPart = Math.max(1, Math.floor(limit / rangeSize))
  const parts: Decoded['ds'][] = []
  let room = 0
  for (const [client, items] of clients) {
    for (let at = 0; at < items.length;) {
      if (room === 0) {
        parts.push(Y.createDeleteSet())
        room = rangesPerPart
      }
      const some = items.slice(at, at + room)
      parts.at(-1)?.clients.set(client, some)
      at += some.length
      room -= some.length
    }
  }
  return parts
}

/** Parts of about `limit` bytes; a single large value cannot be split. Applied in any order they equal `update`. */
export const splitUpdate = (update: Uint8Array, limit: number): readonly Uint8Array[] => {
  if (update.length <= limit) return [update]
  const { structs, ds } = Y.decodeUpdate(update)
  const parts: Uint8Array[] = []
  let groups: ClientStructs[] = []
  let size = 0
  const add = (struct: Struct, length: number): void => {
    if (size > 0 && size + length > limit) {
      parts.push(encode(groups))
      groups = []
      size = 0
    }
    const last = groups.at(-1)
    if (last?.client === struct.id.client) last.structs.push(struct)
    else groups.push({ client: struct.id.client, structs: [struct] })
    size += length
  }
  for (const struct of structs) {
    const length = sizeOf(struct)
    if (length <= limit) add(struct, length)
    else for (const piece of splitStruct(struct, limit)) add(piece, sizeOf(piece))
  }
  if (size > 0) parts.push(encode(groups))
  for (const some of splitDeletions(ds, limit)) parts.push(encode([], some))
  return parts
}

/** A message of the sync protocol. */
export const syncMessage = (step: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageSync)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, bytes)
  })

/** The message itself or, if it is a large update, its parts. The last part of a sync step 2 is the sync step 2. */
export const partsOf = <T extends Uint8Array>(
  message: T,
  limit = maxPart,
): readonly (T | Uint8Array<ArrayBuffer>)[] => {
  if (message.length <= limit) return [message]
  const decoder = decoding.createDecoder(message)
  if (decoding.readVarUint(decoder) !== messageSync) return [message]
  const step = decoding.readVarUint(decoder)
  if (step !== syncStep2 && step !== syncUpdate) return [message]
  const parts = splitUpdate(decoding.readVarUint8Array(decoder), limit)
  return parts.map((part, index) => syncMessage(index === parts.length - 1 ? step : syncUpdate, part))
}
