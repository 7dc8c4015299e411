// All ways to edit at once, with pages in Node; see roads.ts. HISTORIES=1000 SEED=1 runs others than these.
import { afterAll, beforeAll, test } from 'vitest'
import { Random } from '../support/random.ts'
import { SimulatedPage } from '../support/simulated-page.ts'
import { name, runHistory, type Invite } from '../support/roads.ts'
import { Wire } from '../support/wire.ts'

const invite: Invite = async (relay, trace) => {
  const wire = await Wire.start(relay)
  origin = wire.origin
  const visitors = [0, 1, 2].map((nth) => new SimulatedPage(origin, name, (what) => trace(nth, what)))
  return { visitors, wires: [wire] }
}

const run = (seed: number): Promise<void> => runHistory(new Random(seed), invite, 14)

// A page requests from its own origin; in Node that is the proxy of the running history.
let origin = ''
const { fetch } = globalThis
beforeAll(() => {
  globalThis.fetch = (input, init) =>
    fetch(typeof input === 'string' && input.startsWith('/') ? origin + input : input, init)
})
afterAll(() => {
  globalThis.fetch = fetch
})

/** Each of these lost or doubled a word or never became saved before. */
const failed = [
  405, 1046, 2014, 10039, 10165, 11384, 20038, 20179, 20254, 30064, 30255, 40046, 40277, 50327, 50856, 51428,
  51494, 61222, 61354, 61358, 92620, 112140,
]
test.each(failed)('history %s, which failed before, loses and doubles no word', run)

const first = Number(process.env['SEED'] ?? 1)
const histories = Number(process.env['HISTORIES'] ?? 40)
const again = Number(process.env['AGAIN'] ?? 1)
const seeds = Array.from({ length: histories }, (_, nth) => Array<number>(again).fill(first + nth)).flat()
test.each(seeds)('random history %s loses and doubles no word', run)
