// All ways to edit at once, with real pages in Chromium; see roads.ts. They take long: BROWSER_HISTORIES=100
// SEED=1 runs that many; the default is one.
import type { Browser } from 'playwright'
import { afterAll, beforeAll, test } from 'vitest'
import { launch } from '../support/app.ts'
import { Random } from '../support/random.ts'
import { RoadBrowser } from '../support/road-browser.ts'
import { runHistory } from '../support/roads.ts'
import { Wire } from '../support/wire.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const run = (seed: number): Promise<void> =>
  runHistory(
    new Random(seed),
    async (relay, trace) => {
      const wires = await Promise.all([0, 1].map(() => Wire.start(relay)))
      const visitors = wires.map((wire, nth) => RoadBrowser.make(browser, wire, (what) => trace(nth, what)))
      return { visitors: await Promise.all(visitors), wires }
    },
    10,
  )

/** Each of these lost or doubled a word before. */
const failed = [24, 72, 79]
test.each(failed)('history %s, which failed before, loses and doubles no word (browsers)', run)

const first = Number(process.env['SEED'] ?? 1)
const histories = Number(process.env['BROWSER_HISTORIES'] ?? 1)
const seeds = Array.from({ length: histories }, (_, nth) => first + nth)
test.each(seeds)('random history %s loses and doubles no word (browsers)', run)
