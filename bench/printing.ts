// Printing in Python: 20,000 lines, from the click until the last one is shown; and typing in another cell while millions of
// lines are printed. The baselines are Pyodide alone in a worker that sends the whole text at once, and an empty page with
// an editable element.
import type { Page } from 'playwright'
import { cellsOf } from './notebooks.ts'
import { runUntilShown, watchPaints } from './probe.ts'
import { closingAll, launchBrowser, startBareServer, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const rounds = 5
const printsOf = (round: number): string => `for i in range(20_000): print(i, "round ${round}")`
const flood = 'while True:\n    for i in range(1_000_000): print(i)'
const keys = 60

declare global {
  interface Window {
    /** Milliseconds of a run in the bare worker, from the request to its text. */
    benchPrint: (code: string) => Promise<number>
  }
}

/** Runs in the bare page. Starts a worker with only Pyodide. */
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
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url, { type: 'module' })
  const answer = (): Promise<unknown> =>
    new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data), { once: true }))
  await answer()
  window.benchPrint = async (code) => {
    const start = performance.now()
    worker.postMessage(code)
    await answer()
    return performance.now() - start
  }
}

const typed = async (page: Page, count: number): Promise<number[]> => {
  const samples: number[] = []
  for (let nth = 1; nth <= count; nth++) {
    await page.keyboard.press('x')
    samples.push(await page.evaluate((nth) => window.benchPaints.painted(nth), nth))
    // Randomizes the time of the keystroke relative to frames.
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
    const bareServer = await keep(startBareServer())
    const browser = await keep(launchBrowser())
    // No timeout, because starting Python may take long.
    const context = await browser.newContext()
    context.setDefaultTimeout(0)

    const alone = await context.newPage()
    await alone.goto(`${relay.origin}/favicon.svg`)
    await alone.evaluate(bareWorker, relay.origin)
    const page = await context.newPage()
    await page.goto(`${relay.origin}/notebook/printing.ipynb`)
    await page.locator('nb-status[data-kernel="idle"]').waitFor({ state: 'attached' })
    const [ours, baseline]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      ours.push(await page.evaluate(runUntilShown, { cell: round + 1, last: `19999 round ${round}` }))
      baseline.push(await alone.evaluate((code) => window.benchPrint(code), printsOf(round)))
    }
    await page.close()
    await alone.close()

    const bare = await context.newPage()
    await bare.addInitScript(watchPaints)
    await bare.goto(`${bareServer.origin}/editable`)
    await bare.click('div')
    const bareKeys = await typed(bare, keys)
    await bare.close()

    const writing = await context.newPage()
    await writing.addInitScript(watchPaints)
    await writing.goto(`${relay.origin}/notebook/flood.ipynb`)
    await writing.locator('nb-status[data-kernel="idle"]').waitFor({ state: 'attached' })
    await writing.evaluate(runUntilShown, { cell: 1, last: '0' })
    await writing.evaluate(runUntilShown, { cell: 2, last: '1\n2\n3' })
    // After the run, because its button moves the focus to its cell.
    await writing.locator('nb-cell').nth(2).locator('nb-source').click()
    await writing.locator('nb-cell').nth(2).locator('.cm-content:focus').waitFor()
    const floodKeys = await typed(writing, keys)
    const status = await writing.locator('nb-cell').nth(1).getAttribute('data-status')
    if (status !== 'running') throw new Error(`the printing had ended: ${String(status)}`)
    return [
      {
        what: '20,000 prints until the last is shown',
        unit: 'ms',
        ours,
        baseline: { what: 'bare Pyodide, text sent once', samples: baseline },
      },
      {
        what: 'keystroke → paint while millions of lines are printed',
        unit: 'ms',
        ours: floodKeys,
        baseline: { what: 'contenteditable in an empty page', samples: bareKeys },
      },
    ]
  })
