// A large message of the y-websocket protocol as several small ones: what lies between a page and the relay often takes
// no more than a megabyte at once, and either end stays responsive between small parts. The parts integrate in order;
// deletions come last. A long text that was inserted at once is one struct, which is cut too.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { messageSync, syncStep2, syncUpdate } from './protocol.ts'

/** Bytes of a message; with what a frame adds it stays under 512 kB. */
export const maxPart = 480 << 10

type Decoded = ReturnType<typeof Y.decodeUpdate>
type Struct = Decoded['structs'][number]

interface Run {
  readonly client: number
  readonly structs: Struct[]
}

/** Update format v1: client runs, each `length, client, first clock, structs`, then the delete set. */
const encode = (runs: readonly Run[], deletions: Decoded['ds'] = Y.createDeleteSet()): Uint8Array => {
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

/** How many elements of a content make no more than `limit` bytes, one at least. */
const fitting = (content: Y.Item['content'], limit: number): number => {
  if (content instanceof Y.ContentString) {
    // A UTF-16 unit takes three bytes at most; the halves of a pair stay together.
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

/** The same content as several structs, as Yjs itself would cut it. */
const cut = (struct: Struct, limit: number): readonly Struct[] => {
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
      // Both follow from what it stands behind.
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

/** Bytes a range of deletions takes at most. */
const rangeSize = 12

const splitDeletions = ({ clients }: Decoded['ds'], limit: number): readonly Decoded['ds'][] => {
  const most = Math.max(1, Math.floor(limit / rangeSize))
  const parts: Decoded['ds'][] = []
  let room = 0
  for (const [client, items] of clients) {
    for (let at = 0; at < items.length;) {
      if (room === 0) {
        parts.push(Y.createDeleteSet())
        room = most
      }
      const some = items.slice(at, at + room)
      parts.at(-1)?.clients.set(client, some)
      at += some.length
      room -= some.length
    }
  }
  return parts
}

/** Parts of about `limit` bytes; only what cannot be cut, one large value, is larger. In any order they give `update`. */
export const splitUpdate = (update: Uint8Array, limit: number): readonly Uint8Array[] => {
  if (update.length <= limit) return [update]
  const { structs, ds } = Y.decodeUpdate(update)
  const parts: Uint8Array[] = []
  let runs: Run[] = []
  let size = 0
  const add = (struct: Struct, length: number): void => {
    if (size > 0 && size + length > limit) {
      parts.push(encode(runs))
      runs = []
      size = 0
    }
    const last = runs.at(-1)
    if (last?.client === struct.id.client) last.structs.push(struct)
    else runs.push({ client: struct.id.client, structs: [struct] })
    size += length
  }
  for (const struct of structs) {
    const length = sizeOf(struct)
    if (length <= limit) add(struct, length)
    else for (const piece of cut(struct, limit)) add(piece, sizeOf(piece))
  }
  if (size > 0) parts.push(encode(runs))
  for (const some of splitDeletions(ds, limit)) parts.push(encode([], some))
  return parts
}

const syncMessage = (step: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageSync)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, bytes)
  })

/** A message as it may be sent: itself, or its update in parts of which an answer's last is the answer. */
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
