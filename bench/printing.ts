// Python that prints: 20,000 lines, from the click until the page shows the last of them, and a million lines while
// somebody types in the next cell. The floors: Pyodide alone in a worker that hands its page the whole text at once,
// and an empty page one can write in.
import type { Page } from 'playwright'
import { cellsOf } from './notebooks.ts'
import { runUntilShown, watchPaints } from './probe.ts'
import { closingAll, launchBrowser, startFloor, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const rounds = 5
/** The last of these lines names the round. */
const printsOf = (round: number): string => `for i in range(20_000): print(i, "round ${round}")`
/** For as long as anybody types. */
const flood = 'while True:\n    for i in range(1_000_000): print(i)'
const keys = 60

declare global {
  interface Window {
    /** Milliseconds a run in the bare worker took, from asking to having its text. */
    benchPrint: (code: string) => Promise<number>
  }
}

/** Runs in the bare page: a worker with nothing of ours, that has started when this settles. */
const bareWorker = async (origin: string): Promise<void> => {
  const source = `
    const { loadPyodide } = await import('${origin}/pyodide/pyodide.mjs')
    const pyodide = await loadPyodide({ indexURL: '${origin}/pyodide/' })
    addEventListener('message', ({ data }) => {
      const pieces = []
      pyodide.setStdout({ batched: (line) => pieces.push(line) })
      pyodide.runPython(data)
      postMessage(pieces.join('\\n'))
    })
    postMessage('ready')`
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(address, { type: 'module' })
  const answer = (): Promise<unknown> =>
    new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data), { once: true }))
  await answer()
  window.benchPrint = async (code) => {
    const from = performance.now()
    worker.postMessage(code)
    await answer()
    return performance.now() - from
  }
}

const typed = async (page: Page, count: number): Promise<number[]> => {
  const samples: number[] = []
  for (let nth = 1; nth <= count; nth++) {
    await page.keyboard.press('x')
    samples.push(await page.evaluate((nth) => window.benchPaints.painted(nth), nth))
    // Else every key would come at the same place between two frames.
    await page.waitForTimeout(Math.random() * 16)
  }
  return samples
}

export const printing: Bench = () =>
  closingAll(async (keep) => {
    const cells = Array.from({ length: rounds }, (_, round) => printsOf(round))
    const relay = await keep(
      startRelay({ 'printing.ipynb': cellsOf(...cells), 'flood.ipynb': cellsOf('0', flood, '') }),
    )
    const floor = await keep(startFloor())
    const browser = await keep(launchBrowser())
    // Starting Python takes as long as it takes.
    const context = await browser.newContext()
    context.setDefaultTimeout(0)

    const alone = await context.newPage()
    await alone.goto(`${relay.origin}/favicon.svg`)
    await alone.evaluate(bareWorker, relay.origin)
    const page = await context.newPage()
    await page.goto(`${relay.origin}/notebook/printing.ipynb`)
    await page.locator('nb-status[data-kernel="idle"]').waitFor({ state: 'attached' })
    const [ours, least]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      ours.push(await page.evaluate(runUntilShown, { cell: round + 1, last: `19999 round ${round}` }))
      least.push(await alone.evaluate((code) => window.benchPrint(code), printsOf(round)))
    }
    await page.close()
    await alone.close()

    const bare = await context.newPage()
    await bare.addInitScript(watchPaints)
    await bare.goto(`${floor.origin}/editable`)
    await bare.click('div')
    const bareKeys = await typed(bare, keys)
    await bare.close()

    const writing = await context.newPage()
    await writing.addInitScript(watchPaints)
    await writing.goto(`${relay.origin}/notebook/flood.ipynb`)
    await writing.locator('nb-status[data-kernel="idle"]').waitFor({ state: 'attached' })
    await writing.evaluate(runUntilShown, { cell: 1, last: '0' })
    await writing.evaluate(runUntilShown, { cell: 2, last: '1\n2\n3' })
    // Behind the run, whose button takes the focus to its cell.
    await writing.locator('nb-cell').nth(2).locator('nb-source').click()
    await writing.locator('nb-cell').nth(2).locator('.cm-content:focus').waitFor()
    const floodKeys = await typed(writing, keys)
    const status = await writing.locator('nb-cell').nth(1).getAttribute('data-status')
    if (status !== 'running') throw new Error(`the printing had ended: ${String(status)}`)
    return [
      {
        what: '20,000 prints, until the last is shown',
        unit: 'ms',
        ours,
        floor: { what: 'bare Pyodide, its text handed over once', samples: least },
      },
      {
        what: 'key → paint while millions of lines print',
        unit: 'ms',
        ours: floodKeys,
        floor: { what: 'contenteditable in an empty page', samples: bareKeys },
      },
    ]
  })
