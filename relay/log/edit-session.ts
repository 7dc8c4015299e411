// The history in few words: who wrote when, without the updates themselves. A compacted chunk carries the sessions of
// its rows beside it, so that a timeline reads no update of before.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { Acts, type Act } from '../../shared/notebook/merge/edit-kinds.ts'
import type { LoggedUpdate } from './update-log.ts'
import { distinctWriters, readWriters, WriterTable, type Writer } from './writer.ts'

/** Updates behind each other that somebody made at a stretch, or several people at once. */
export interface EditSession {
  /** Milliseconds since 1970 by the relay's clock: of the first update and of the last. */
  readonly from: number
  readonly to: number
  /** How many updates. */
  readonly count: number
  readonly writers: readonly Writer[]
  /** What divides it from the one before, beside time and person: nothing, an undo step, or that something went. */
  readonly border: Border
}

const borders = { none: 0, step: 1, removal: 2 } as const
type Border = (typeof borders)[keyof typeof borders]

/** After so many milliseconds of quiet a person begins a new session. */
const pause = 60_000
/** Who goes on after so many milliseconds while another wrote was never gone: they write at once. */
const atOnce = 5_000
/** No session lasts longer: somebody who writes for an hour wants to go back by minutes. */
const maxLength = 5 * 60_000

const join = (sessions: readonly EditSession[]): EditSession => ({
  from: Math.min(...sessions.map(({ from }) => from)),
  to: Math.max(...sessions.map(({ to }) => to)),
  count: sessions.reduce((sum, { count }) => sum + count, 0),
  writers: distinctWriters(sessions.flatMap(({ writers }) => writers)),
  border: sessions[0]?.border ?? borders.none,
})

const users = ({ writers }: EditSession): Set<string> => new Set(writers.map(({ user }) => user))

/** The index of the session that `next` goes on with, or the length where it begins anew. */
const goesOn = (sessions: readonly EditSession[], next: EditSession): number => {
  if (next.border !== borders.none) return sessions.length
  const own = users(next)
  for (let index = sessions.length - 1; index >= 0; index--) {
    const session = sessions[index]
    const quiet = index === sessions.length - 1 ? pause : atOnce
    if (!session || next.from - session.to > quiet || next.to - session.from > maxLength) break
    const names = users(session)
    if ([...own].every((user) => names.has(user))) return index
    if (session.border !== borders.none) break
  }
  return sessions.length
}

/** Joins what belongs together. What it gives can be joined again with what comes behind. */
export const joinSessions = (sessions: Iterable<EditSession>): EditSession[] => {
  const joined: EditSession[] = []
  for (const session of sessions) {
    const index = goesOn(joined, session)
    joined.push(join([...joined.splice(index), session]))
  }
  return joined
}

/** At most `limit` sessions: where something went, then undo steps, then the longest pauses stay borders. */
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

/** `before`: what the same client did last. */
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
      // A run goes with what asked for it.
      last.set(client, {
        kind: act.kind === 'result' ? 'step' : act.kind,
        text: act.text ?? before?.text ?? null,
      })
      return { from: time, to: time, count: 1, writers: [{ user, client }], border }
    }),
  )
}

/** How many sessions a chunk carries at most: two who take turns quickly must not make it larger than its rows. */
const perChunk = 128
/** Sessions of before there were borders begin with how many writers there are, and those are some. */
const withBorders = 0
/** In the place of the writers of those that were not deflated: how many there are, and again there are some. */
const deflated = 0

/** 0 · 0 · deflated: writers · for each session: from, as the difference to the `to` before · length · count · border · writers, as indexes */
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

/** null: of before there were borders, which only the rows can tell. */
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
      if (!writer) throw new Error('a session of nobody known')
      return writer
    })
    sessions.push({ from, to, count, writers, border })
    before = to
  }
  return sessions
}

const borderOf = (number: number): Border => {
  const border = Object.values(borders).find((known) => known === number)
  if (border === undefined) throw new Error('a session behind a border of no known kind')
  return border
}
