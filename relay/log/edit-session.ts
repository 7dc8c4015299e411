// A summary of the history: who wrote when, without the updates. A chunk stores the sessions of its rows, so that a
// timeline need not read old updates.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { Acts, type Act } from '../../shared/notebook/merge/edit-kinds.ts'
import type { LoggedUpdate } from './update-log.ts'
import { distinctWriters, readWriters, WriterTable, type Writer } from './writer.ts'

/** Consecutive updates by one person, or by several at the same time. */
export interface EditSession {
  /** Milliseconds since 1970 by the relay's clock: first and last update. */
  readonly from: number
  readonly to: number
  readonly count: number
  readonly writers: readonly Writer[]
  /** Why it is separate from the previous one, besides time and person: none, an undo step, or a removal. */
  readonly border: Border
}

const borders = { none: 0, step: 1, removal: 2 } as const
type Border = (typeof borders)[keyof typeof borders]

/** Milliseconds without an update after which a person begins a new session. */
const pause = 60_000
/** Somebody who continues within this many milliseconds while another writes counts as writing at the same time. */
const simultaneous = 5_000
/** Maximum length of a session: after an hour of writing one wants to go back by minutes. */
const maxLength = 5 * 60_000

export const updatesIn = (sessions: readonly EditSession[]): number =>
  sessions.reduce((sum, { count }) => sum + count, 0)

const join = (sessions: readonly EditSession[]): EditSession => ({
  from: Math.min(...sessions.map(({ from }) => from)),
  to: Math.max(...sessions.map(({ to }) => to)),
  count: updatesIn(sessions),
  writers: distinctWriters(sessions.flatMap(({ writers }) => writers)),
  border: sessions[0]?.border ?? borders.none,
})

const users = ({ writers }: EditSession): Set<string> => new Set(writers.map(({ user }) => user))

/** The index of the session that `next` continues, or the length if it begins a new one. */
const continuedBy = (sessions: readonly EditSession[], next: EditSession): number => {
  if (next.border !== borders.none) return sessions.length
  const own = users(next)
  for (let index = sessions.length - 1; index >= 0; index--) {
    const session = sessions[index]
    const quiet = index === sessions.length - 1 ? pause : simultaneous
    if (!session || next.from - session.to > quiet || next.to - session.from > maxLength) break
    const names = users(session)
    if ([...own].every((user) => names.has(user))) return index
    if (session.border !== borders.none) break
  }
  return sessions.length
}

/** Joins sessions that belong together. The result can be joined again with later ones. */
export const joinSessions = (sessions: Iterable<EditSession>): EditSession[] => {
  const joined: EditSession[] = []
  for (const session of sessions) {
    const index = continuedBy(joined, session)
    joined.push(join([...joined.splice(index), session]))
  }
  return joined
}

/** At most `limit` sessions: borders at removals are kept first, then at undo steps, then at the longest pauses. */
export const mergeSmallSessions = (
  sessions: readonly EditSession[],
  limit: number,
): readonly EditSession[] => {
  if (sessions.length <= limit) return sessions
  const pauses = sessions.map((session, index) => ({
    index,
    border: session.border,
    quiet: session.from - (sessions[index - 1]?.to ?? 0),
  }))
  const kept = pauses
    .slice(1)
    .sort((a, b) => b.border - a.border || b.quiet - a.quiet || a.index - b.index)
    .slice(0, limit - 1)
    .map(({ index }) => index)
    .sort((a, b) => a - b)
  return [0, ...kept].map((begin, index) => join(sessions.slice(begin, kept[index])))
}

/** `before`: the same client's previous edit. */
const borderAt = (before: Act | undefined, act: Act): Border => {
  if (act.kind === 'removal' || before?.kind === 'removal') return borders.removal
  if (before === undefined || act.kind === 'result') return borders.none
  const elsewhere = act.text !== null && before.text !== null && act.text !== before.text
  return act.kind === before.kind && !elsewhere ? borders.none : borders.step
}

export const sessionsOf = (rows: readonly Omit<LoggedUpdate, 'docId'>[]): EditSession[] => {
  const acts = new Acts()
  const last = new Map<number, Act>()
  return joinSessions(
    rows.map(({ time, user, client, bytes }) => {
      const act = acts.next(bytes)
      const before = last.get(client)
      const border = borderAt(before, act)
      // A run belongs to its request.
      last.set(client, {
        kind: act.kind === 'result' ? 'step' : act.kind,
        text: act.text ?? before?.text ?? null,
      })
      return { from: time, to: time, count: 1, writers: [{ user, client }], border }
    }),
  )
}

/** Maximum sessions stored with a chunk: two people taking quick turns must not make it larger than its rows. */
const perChunk = 128
/** Older sessions, without borders, begin with the number of writers, which is never 0. */
const withBorders = 0
/** In place of the number of writers, which is never 0. */
const deflated = 0

/**
 * 0 · 0 · deflated: writers · for each session: from, as the difference to the previous `to` · length · count · border
 * · writers, as indexes
 */
export const packSessions = (rows: readonly LoggedUpdate[]): Uint8Array => {
  const sessions = mergeSmallSessions(sessionsOf(rows), perChunk)
  const encoder = encoding.createEncoder()
  const table = new WriterTable(sessions.flatMap(({ writers }) => writers))
  table.write(encoder)
  let before = 0
  for (const { from, to, count, border, writers } of sessions) {
    encoding.writeVarInt(encoder, from - before)
    encoding.writeVarUint(encoder, to - from)
    encoding.writeVarUint(encoder, count)
    encoding.writeVarUint(encoder, border)
    encoding.writeVarUint(encoder, writers.length)
    for (const writer of writers) encoding.writeVarUint(encoder, table.indexOf(writer))
    before = to
  }
  return Uint8Array.from([withBorders, deflated, ...deflateRawSync(encoding.toUint8Array(encoder))])
}

/** Null: an older format without borders; only the rows have them. */
export const unpackSessions = (packed: Uint8Array): readonly EditSession[] | null => {
  if (packed[0] !== withBorders) return null
  const isDeflated = packed[1] === deflated
  const decoder = decoding.createDecoder(
    isDeflated ? new Uint8Array(inflateRawSync(packed.subarray(2))) : packed.subarray(1),
  )
  const table = readWriters(decoder)
  const sessions: EditSession[] = []
  let before = 0
  while (decoding.hasContent(decoder)) {
    const from = before + decoding.readVarInt(decoder)
    const to = from + decoding.readVarUint(decoder)
    const count = decoding.readVarUint(decoder)
    const border = borderOf(decoding.readVarUint(decoder))
    const writers = Array.from({ length: decoding.readVarUint(decoder) }, () => {
      const writer = table[decoding.readVarUint(decoder)]
      if (!writer) throw new Error('a session has an unknown writer')
      return writer
    })
    sessions.push({ from, to, count, writers, border })
    before = to
  }
  return sessions
}

const borderOf = (number: number): Border => {
  const border = Object.values(borders).find((known) => known === number)
  if (border === undefined) throw new Error('a session has a border of unknown kind')
  return border
}
