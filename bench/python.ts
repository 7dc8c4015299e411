// The first Python result: from the navigation to the result `2` of `1+1`, run as soon as the page has the cell. Cold: a new
// browser profile. Second visit: with the snapshot of Python's memory, cached by the service worker; the benchmark fails if
// the snapshot is not used. Warm: with only the HTTP cache and without the snapshot, so that Python starts like plain
// Pyodide. The baseline is Pyodide alone in a worker, from the same relay and origin, in a page without the app (the relay's
// icon). Results stay in the document, so each round has its own notebook and each visit its own cell.
import type { BrowserContext, Page } from 'playwright'
import { cellsOf } from './notebooks.ts'
import { watchOpening } from './probe.ts'
import { closingAll, launchBrowser, startRelay } from './programs.ts'
import type { Bench, Row } from './row.ts'
import { serviceWorkerSettled } from './settled.ts'

const rounds = 3

/** Runs in the bare page when it is created. */
const bareWorker = (origin: string): void => {
  // Not in the blank page before the navigation.
  if (location.origin !== origin) return
  const source = `
    const { loadPyodide } = await import('${origin}/pyodide/pyodide.mjs')
    const pyodide = await loadPyodide({ indexURL: '${origin}/pyodide/' })
    postMessage(pyodide.runPython('1+1'))`
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url, { type: 'module' })
  window.benchOpening = new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => {
      if (data === 2) resolve([performance.now()])
      else reject(new Error(`unexpected result: ${String(data)}`))
    })
    worker.addEventListener('error', ({ message }) => reject(new Error(message)))
  })
}

const visit = async (
  context: BrowserContext,
  url: string,
  prepare: (page: Page) => Promise<unknown>,
  then: (page: Page) => Promise<unknown>,
  withSnapshot = true,
): Promise<number> => {
  const page = await context.newPage()
  const warnings: string[] = []
  page.on('console', (message) => {
    if (message.text().includes('without its snapshot')) warnings.push(message.text())
  })
  await prepare(page)
  await page.goto(url, { waitUntil: 'commit' })
  const [took] = await page.evaluate(() => window.benchOpening)
  if (took === undefined) throw new Error('no result')
  if (withSnapshot && warnings[0] !== undefined) throw new Error(warnings[0])
  await then(page)
  await page.close()
  return took
}

export const python: Bench = () =>
  closingAll(async (keep) => {
    const name = (round: number): string => `python-${round}.ipynb`
    const files = Array.from({ length: rounds }, (_, round) => [
      name(round),
      cellsOf('1+1', '1+1', '1+1', '1+1'),
    ])
    const relay = await keep(startRelay(Object.fromEntries(files) as Record<string, string>))
    const browser = await keep(launchBrowser())
    const times = {
      cold: [] as number[],
      warm: [] as number[],
      plain: [] as number[],
      bareCold: [] as number[],
      bareWarm: [] as number[],
    }
    const nothing = async (): Promise<void> => undefined
    const runCell =
      (cell: number) =>
      (page: Page): Promise<unknown> =>
        page.addInitScript(watchOpening, {
          selectors: [`[aria-label="Output of cell ${cell}"]`],
          click: `nb-cell[aria-label="Code cell ${cell}"] [aria-label="Run cell"]`,
        })
    const alone = (page: Page): Promise<unknown> => page.addInitScript(bareWorker, relay.origin)
    const inNewBrowser = async (
      action: (context: BrowserContext) => Promise<void>,
      serviceWorkers: 'allow' | 'block' = 'allow',
    ): Promise<void> => {
      const context = await browser.newContext({ serviceWorkers })
      try {
        await action(context)
      } finally {
        await context.close()
      }
    }
    for (let round = 0; round < rounds; round++) {
      await inNewBrowser(async (context) => {
        const url = `${relay.origin}/favicon.svg`
        times.bareCold.push(await visit(context, url, alone, nothing))
        times.bareWarm.push(await visit(context, url, alone, nothing))
      })
      await inNewBrowser(async (context) => {
        const url = `${relay.origin}/notebook/${name(round)}`
        times.cold.push(await visit(context, url, runCell(1), serviceWorkerSettled))
        times.warm.push(await visit(context, url, runCell(2), nothing))
      })
      await inNewBrowser(async (context) => {
        const url = `${relay.origin}/notebook/${name(round)}`
        await context.route('**/*.snapshot', (route) => route.abort())
        await visit(context, url, runCell(3), nothing, false)
        times.plain.push(await visit(context, url, runCell(4), nothing, false))
      }, 'block')
    }
    const row = (what: string, ours: readonly number[], samples: readonly number[]): Row => ({
      what: `first Python result, ${what}`,
      unit: 'ms',
      ours,
      baseline: { what: `bare loadPyodide, ${what}`, samples },
    })
    return [
      row('cold', times.cold, times.bareCold),
      row('warm, without the snapshot', times.plain, times.bareWarm),
      row('second visit, from the snapshot', times.warm, times.bareWarm),
    ]
  })
