// Computing in Python: a loop of three million steps, compared with the machine's python3; and the memory of the page after
// 100 runs of a cell, compared with that after the first run.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { memoryOf } from './memory.ts'
import { cellsOf } from './notebooks.ts'
import { runUntilShown } from './probe.ts'
import { closingAll, launchBrowser, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const rounds = 7
const runs = 100
/** Prints the seconds measured by Python after "took". */
const loop = `import time
def steps():
    total = 0
    for i in range(3_000_000):
        total += i
    return total
began = time.perf_counter()
steps()
print("took", time.perf_counter() - began)`
/** Prints, returns a value and defines variables, like a typical cell. */
const typicalCell = `from random import random
rows = [{"n": n, "value": random()} for n in range(1_000)]
for row in rows[:100]: print(row)
rows[:50]`

const execute = promisify(execFile)

const tookIn = (text: string): number => {
  const [, seconds] = /took ([\d.e-]+)/.exec(text) ?? []
  return Number(seconds) * 1_000
}

export const computing: Bench = () =>
  closingAll(async (keep) => {
    const relay = await keep(startRelay({ 'computing.ipynb': cellsOf(loop, typicalCell) }))
    const browser = await keep(launchBrowser())
    const context = await browser.newContext()
    context.setDefaultTimeout(0)
    const page = await context.newPage()
    await page.goto(`${relay.origin}/notebook/computing.ipynb`)
    await page.locator('nb-status[data-kernel="idle"]').waitFor({ state: 'attached' })
    const idle = page.locator('nb-status[data-kernel="idle"]')
    const [ours, native]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      const before = round + 1
      await page.evaluate(runUntilShown, { cell: 1, last: 'took', count: String(before) })
      ours.push(tookIn(await page.locator('[aria-label="Output of cell 1"]').innerText()))
      const { stdout } = await execute('python3', ['-c', loop])
      native.push(tookIn(stdout))
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
        baseline: { what: "the machine's python3", samples: native },
      },
      {
        what: `memory of page and Python after ${runs} runs`,
        unit: 'kB',
        ours: [last],
        baseline: { what: 'after the first run', samples: [first] },
      },
    ]
  })
