// The history in few words: who wrote when, without the updates themselves. A compacted chunk carries the stints of
// its rows beside it, so that a timeline reads no update.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { LogRow } from './store.ts'
import { distinctWriters, readWriters, WriterTable, type Writer } from './writer.ts'

/** Updates behind each other that somebody made at a stretch, or several people at once. */
export interface Stint {
  /** Milliseconds since 1970 by the relay's clock: of the first update and of the last. */
  readonly from: number
  readonly to: number
  /** How many updates. */
  readonly count: number
  readonly writers: readonly Writer[]
}

/** After so many milliseconds of quiet a person begins a new stint. */
const pause = 60_000
/** Who goes on after so many milliseconds while another wrote was never gone: they write at once. */
const atOnce = 5_000
/** No stint lasts longer: somebody who writes for an hour wants to go back by minutes. */
const longest = 5 * 60_000

const join = (stints: readonly Stint[]): Stint => ({
  from: Math.min(...stints.map(({ from }) => from)),
  to: Math.max(...stints.map(({ to }) => to)),
  count: stints.reduce((sum, { count }) => sum + count, 0),
  writers: distinctWriters(stints.flatMap(({ writers }) => writers)),
})

const users = ({ writers }: Stint): Set<string> => new Set(writers.map(({ user }) => user))

/** The index of the stint that `next` goes on with, or the length where it begins anew. */
const goesOn = (stints: readonly Stint[], next: Stint): number => {
  const own = users(next)
  for (let index = stints.length - 1; index >= 0; index--) {
    const stint = stints[index]
    const quiet = index === stints.length - 1 ? pause : atOnce
    if (!stint || next.from - stint.to > quiet || next.to - stint.from > longest) break
    const names = users(stint)
    if ([...own].every((user) => names.has(user))) return index
  }
  return stints.length
}

/** Joins what belongs together. What it gives can be joined again with what comes behind. */
export const joinStints = (stints: Iterable<Stint>): Stint[] => {
  const joined: Stint[] = []
  for (const stint of stints) {
    const index = goesOn(joined, stint)
    joined.push(join([...joined.splice(index), stint]))
  }
  return joined
}

/** At most `limit` stints: the longest pauses stay borders. */
export const coarsen = (stints: readonly Stint[], limit: number): readonly Stint[] => {
  if (stints.length <= limit) return stints
  const pauses = stints.map((stint, index) => ({ index, quiet: stint.from - (stints[index - 1]?.to ?? 0) }))
  const borders = pauses
    .slice(1)
    .sort((a, b) => b.quiet - a.quiet || a.index - b.index)
    .slice(0, limit - 1)
    .map(({ index }) => index)
    .sort((a, b) => a - b)
  return [0, ...borders].map((begin, index) => join(stints.slice(begin, borders[index])))
}

export const stintsOf = (rows: readonly Omit<LogRow, 'docId' | 'bytes'>[]): Stint[] =>
  joinStints(
    rows.map(({ time, user, client }) => ({ from: time, to: time, count: 1, writers: [{ user, client }] })),
  )

/** How many stints a chunk carries at most: two who take turns quickly must not make it larger than its rows. */
const perChunk = 32

/** writers · for each stint: from, as the difference to the `to` before · length · count · writers, as indexes */
export const packStints = (rows: readonly LogRow[]): Uint8Array => {
  const stints = coarsen(stintsOf(rows), perChunk)
  const encoder = encoding.createEncoder()
  const table = new WriterTable(stints.flatMap(({ writers }) => writers))
  table.write(encoder)
  let before = 0
  for (const { from, to, count, writers } of stints) {
    encoding.writeVarInt(encoder, from - before)
    encoding.writeVarUint(encoder, to - from)
    encoding.writeVarUint(encoder, count)
    encoding.writeVarUint(encoder, writers.length)
    for (const writer of writers) encoding.writeVarUint(encoder, table.indexOf(writer))
    before = to
  }
  return encoding.toUint8Array(encoder)
}

export const unpackStints = (packed: Uint8Array): readonly Stint[] => {
  const decoder = decoding.createDecoder(packed)
  const table = readWriters(decoder)
  const stints: Stint[] = []
  let before = 0
  while (decoding.hasContent(decoder)) {
    const from = before + decoding.readVarInt(decoder)
    const to = from + decoding.readVarUint(decoder)
    const count = decoding.readVarUint(decoder)
    const writers = Array.from({ length: decoding.readVarUint(decoder) }, () => {
      const writer = table[decoding.readVarUint(decoder)]
      if (!writer) throw new Error('a stint of nobody known')
      return writer
    })
    stints.push({ from, to, count, writers })
    before = to
  }
  return stints
}
