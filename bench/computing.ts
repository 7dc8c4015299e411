// Python that computes: a loop of three million steps beside the machine's own python3, and what the page with its
// Python holds in memory after 100 runs of a cell, beside what it held after the first.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright'
import { cellsOf } from './notebooks.ts'
import { runUntilShown } from './probe.ts'
import { closingAll, launchBrowser, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const rounds = 7
const runs = 100
/** The loop, and the seconds it took by Python's own clock, after a word that is on the page only then. */
const loop = `import time
def steps():
    total = 0
    for i in range(3_000_000):
        total += i
    return total
began = time.perf_counter()
steps()
print("took", time.perf_counter() - began)`
/** Output, a value and names, as a cell at work leaves them. */
const worked = `from random import random
rows = [{"n": n, "value": random()} for n in range(1_000)]
for row in rows[:100]: print(row)
rows[:50]`

const execute = promisify(execFile)

const tookIn = (text: string): number => {
  const [, seconds] = /took ([\d.e-]+)/.exec(text) ?? []
  return Number(seconds) * 1_000
}

/** Kilobytes of the page and its workers, by the browser's own account after it has tidied up. */
const memoryOf = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const measure = (performance as { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> })
      .measureUserAgentSpecificMemory
    if (measure === undefined) throw new Error('the page is not isolated, so its memory cannot be told')
    const { bytes } = await measure.call(performance)
    return bytes / 1_000
  })

export const computing: Bench = () =>
  closingAll(async (keep) => {
    const relay = await keep(startRelay({ 'computing.ipynb': cellsOf(loop, worked) }))
    const browser = await keep(launchBrowser())
    const context = await browser.newContext()
    context.setDefaultTimeout(0)
    const page = await context.newPage()
    await page.goto(`${relay.origin}/notebook/computing.ipynb`)
    await page.locator('nb-status[data-kernel="idle"]').waitFor({ state: 'attached' })
    const idle = page.locator('nb-status[data-kernel="idle"]')
    const [ours, own]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      const before = round + 1
      await page.evaluate(runUntilShown, { cell: 1, last: 'took', count: String(before) })
      ours.push(tookIn(await page.locator('[aria-label="Output of cell 1"]').innerText()))
      const { stdout } = await execute('python3', ['-c', loop])
      own.push(tookIn(stdout))
    }

    const run = async (count: number): Promise<void> => {
      await page.evaluate(runUntilShown, { cell: 2, last: "'n': 99", count: String(count) })
      await idle.waitFor({ state: 'attached' })
    }
    await run(rounds + 1)
    const first = await memoryOf(page)
    for (let nth = 2; nth <= runs; nth++) await run(rounds + nth)
    const last = await memoryOf(page)
    return [
      {
        what: 'a loop of 3,000,000 steps',
        unit: 'ms',
        ours,
        floor: { what: "the machine's python3", samples: own },
      },
      {
        what: `memory of page and Python after ${runs} runs`,
        unit: 'kB',
        ours: [last],
        floor: { what: 'after the first run', samples: [first] },
      },
    ]
  })
