// Reproduces states from the history: the document after its first n updates. If people write a word here and there, a
// state is nearly as large as all updates together, and need not be stored besides them.
import { setImmediate } from 'node:timers/promises'
import * as Y from 'yjs'
import type { LoggedUpdate } from './update-log.ts'

type Batches = AsyncIterable<readonly LoggedUpdate[]>

/** The extent of updates: what they insert and remove. */
class Extent {
  readonly clocks = new Map<number, number>()
  made = 0
  removed = 0

  add(update: Uint8Array): void {
    const { structs, ds } = Y.decodeUpdate(update)
    for (const { id, length } of structs) {
      const [before, end] = [this.clocks.get(id.client) ?? 0, id.clock + length]
      if (end <= before) continue
      this.clocks.set(id.client, end)
      this.made += end - before
    }
    for (const items of ds.clients.values()) for (const { len } of items) this.removed += len
  }

  equals(other: Extent): boolean {
    if (this.made !== other.made || this.removed !== other.removed) return false
    return [...this.clocks].every(([client, clock]) => other.clocks.get(client) === clock)
  }
}

const extentOf = (state: Uint8Array): Extent => {
  const extent = new Extent()
  extent.add(state)
  return extent
}

/** For each state that can be found, the number of updates after which it may have occurred. */
const placesOf = async (
  history: Batches,
  states: ReadonlyMap<number, Uint8Array>,
): Promise<ReadonlyMap<number, number>> => {
  const wanted = new Map<number, Extent>()
  for (const [seq, state] of states) {
    wanted.set(seq, extentOf(state))
    await setImmediate()
  }
  const places = new Map<number, number>()
  const extent = new Extent()
  let count = 0
  for await (const rows of history) {
    for (const { bytes } of rows) {
      extent.add(bytes)
      count++
      for (const [seq, other] of wanted)
        if (extent.equals(other)) {
          places.set(seq, count)
          wanted.delete(seq)
        }
    }
    await setImmediate()
  }
  return places
}

/** The states after so many updates each. */
export const statesAfter = async (
  history: Batches,
  counts: Iterable<number>,
): Promise<ReadonlyMap<number, Uint8Array>> => {
  const states = new Map<number, Uint8Array>()
  const stops = [...new Set(counts)].sort((a, b) => a - b)
  const doc = new Y.Doc()
  try {
    let count = 0
    for await (const rows of history) {
      let next = 0
      while (next < rows.length) {
        const [stop = Infinity] = stops
        const end = Math.min(rows.length, next + stop - count)
        const some = rows.slice(next, end)
        doc.transact(() => {
          for (const { bytes } of some) Y.applyUpdate(doc, bytes)
        })
        count += some.length
        next = end
        if (count < stop) continue
        states.set(stop, Y.encodeStateAsUpdate(doc))
        stops.shift()
      }
      if (stops.length === 0) return states
      // Lets other work run.
      await setImmediate()
    }
    return states
  } finally {
    doc.destroy()
  }
}

/** The states that the history reproduces byte for byte, with their number of updates. */
export const replayable = async (
  history: () => Batches,
  states: ReadonlyMap<number, Uint8Array>,
): Promise<ReadonlyMap<number, number>> => {
  try {
    const places = await placesOf(history(), states)
    const given = await statesAfter(history(), places.values())
    return new Map(
      [...places].filter(([seq, place]) => {
        const [state, again] = [states.get(seq), given.get(place)]
        return state !== undefined && again !== undefined && Buffer.compare(state, again) === 0
      }),
    )
  } catch {
    // The history has an update that Yjs cannot read or apply: its states stay stored.
    return new Map()
  }
}
