// The messages of the y-websocket protocol as bytes, one message per frame.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { readEntries, type AwarenessEntry } from '../../shared/awareness.ts'
import type { Grant, Role } from '../../shared/grant.ts'
import { syncMessage } from '../../shared/parts.ts'
import {
  messageAcknowledge,
  messageAwareness,
  messageEpoch,
  messageForbidden,
  messageGrant,
  messageQueryAwareness,
  messageSync,
  messageTally,
  syncStep1,
  syncStep2,
  syncUpdate,
} from '../../shared/protocol.ts'

/** Clocks [from, to) of one client in an update. */
export interface Span {
  readonly client: number
  readonly from: number
  readonly to: number
}

export type Message =
  /** Sync step 1: asks for what is missing beyond this state vector. */
  | { readonly type: 'ask'; readonly stateVector: Uint8Array }
  /** An update; `answer` if it is the reply to our step 1, which may repeat known structs. */
  | {
      readonly type: 'update'
      readonly bytes: Uint8Array
      readonly answer: boolean
      readonly empty: boolean
      /** It may put something other than text into a text, which must be repaired before any page sees it. */
      readonly strange: boolean
      readonly spans: readonly Span[]
      readonly deletions: readonly Span[]
      /** The clocks of other structs it refers to, per client. */
      readonly needs: readonly Pick<Span, 'client' | 'to'>[]
    }
  | { readonly type: 'awareness'; readonly entries: readonly AwarenessEntry[] }
  | { readonly type: 'ask awareness' }
  | { readonly type: 'acknowledge' }
  /** The sender's message count, and the state vector it holds, if given. */
  | { readonly type: 'tally'; readonly count: number; readonly stateVector: Uint8Array | null }

/** The role needed for the room to accept a message; for an update, unless it brings nothing new. */
export const roleFor: Readonly<Record<Message['type'], Role>> = {
  ask: 'read',
  update: 'write',
  awareness: 'read',
  'ask awareness': 'read',
  acknowledge: 'read',
  tally: 'read',
}

/** Formatting, an embed, or a type that is no value of a key: an output's stream, or also an embed. */
const isInvalid = (struct: Y.AbstractStruct): boolean =>
  struct instanceof Y.Item &&
  (struct.content instanceof Y.ContentFormat ||
    struct.content instanceof Y.ContentEmbed ||
    (struct.content instanceof Y.ContentType && struct.parentSub === null))

/**
 * A value nested more deeply might be readable here but not in every browser, whose stack ends at about 4,400 levels.
 */
const maxNesting = 4_096

const isTooDeep = (value: unknown, room = maxNesting): boolean => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  if (room === 0) return true
  for (const inner of Object.values(value)) if (isTooDeep(inner, room - 1)) return true
  return false
}

const readUpdate = (bytes: Uint8Array, answer: boolean): Message => {
  const { structs, ds } = Y.decodeUpdate(bytes)
  for (const struct of structs)
    if (struct instanceof Y.Item && struct.content instanceof Y.ContentAny && isTooDeep(struct.content.arr))
      throw new Error('a value is nested too deep')
  const spans = new Map<number, Span>()
  const needs = new Map<number, number>()
  const need = (client: number, to: number): void => {
    if (to > (needs.get(client) ?? 0)) needs.set(client, to)
  }
  for (const struct of structs) {
    const { client, clock } = struct.id
    spans.set(client, { client, from: spans.get(client)?.from ?? clock, to: clock + struct.length })
    if (!(struct instanceof Y.Item)) continue
    for (const id of [struct.origin, struct.rightOrigin, struct.parent])
      if (id instanceof Y.ID) need(id.client, id.clock + 1)
  }
  const deletions = [...ds.clients].flatMap(([client, ranges]) =>
    ranges.map(({ clock, len }) => ({ client, from: clock, to: clock + len })),
  )
  for (const { client, to } of deletions) need(client, to)
  return {
    type: 'update',
    bytes,
    answer,
    empty: structs.length === 0 && deletions.length === 0,
    strange: structs.some(isInvalid),
    spans: [...spans.values()],
    deletions,
    needs: [...needs].map(([client, to]) => ({ client, to })),
  }
}

const readTally = (decoder: decoding.Decoder): Message => {
  const count = decoding.readVarUint(decoder)
  const stateVector = decoding.readVarUint8Array(decoder)
  if (stateVector.length > 0) Y.decodeStateVector(stateVector)
  return { type: 'tally', count, stateVector: stateVector.length > 0 ? stateVector : null }
}

const readAwareness = (bytes: Uint8Array): Message => {
  const entries = readEntries(bytes)
  for (const { state } of entries) {
    const value: unknown = JSON.parse(state)
    if (typeof value !== 'object' || Array.isArray(value))
      throw new Error('an awareness state is an object or null')
  }
  return { type: 'awareness', entries }
}

const readSync = (decoder: decoding.Decoder): Message | null => {
  const step = decoding.readVarUint(decoder)
  const bytes = decoding.readVarUint8Array(decoder)
  switch (step) {
    case syncStep1:
      Y.decodeStateVector(bytes)
      return { type: 'ask', stateVector: bytes }
    case syncStep2:
      return readUpdate(bytes, true)
    case syncUpdate:
      return readUpdate(bytes, false)
    default:
      return null
  }
}

const readOne = (decoder: decoding.Decoder): Message | null => {
  switch (decoding.readVarUint(decoder)) {
    case messageSync:
      return readSync(decoder)
    case messageAwareness:
      return readAwareness(decoding.readVarUint8Array(decoder))
    case messageQueryAwareness:
      return { type: 'ask awareness' }
    case messageAcknowledge:
      decoding.readVarUint8Array(decoder)
      return { type: 'acknowledge' }
    case messageTally:
      return readTally(decoder)
    default:
      return null
  }
}

/** The message in a frame; null if it is of unknown type, truncated, followed by more, or undecodable. */
export const readMessage = (frame: Uint8Array): Message | null => {
  try {
    const decoder = decoding.createDecoder(frame)
    const message = readOne(decoder)
    return decoding.hasContent(decoder) ? null : message
  } catch {
    return null
  }
}

export const syncStep1Message = (stateVector: Uint8Array): Uint8Array => syncMessage(syncStep1, stateVector)
export const syncStep2Message = (update: Uint8Array): Uint8Array => syncMessage(syncStep2, update)
export const updateMessage = (update: Uint8Array): Uint8Array => syncMessage(syncUpdate, update)

const writeText = (type: number, text: string): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, type)
    encoding.writeVarString(encoder, text)
  })

export const epochMessage = (epoch: string): Uint8Array => writeText(messageEpoch, epoch)

export const grantMessage = (grant: Grant): Uint8Array => writeText(messageGrant, JSON.stringify(grant))
export const forbiddenMessage = (reason: string): Uint8Array => writeText(messageForbidden, reason)

export const tallyMessage = (count: number): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageTally)
    encoding.writeVarUint(encoder, count)
    encoding.writeVarUint8Array(encoder, new Uint8Array())
  })

export const awarenessMessage = (update: Uint8Array): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageAwareness)
    encoding.writeVarUint8Array(encoder, update)
  })
