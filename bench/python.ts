// The first Python result: from the navigation to `2` under `1+1`, which is asked for as soon as the page has the
// cell. Cold: a browser that was never here; then its second visit, with the snapshot of Python's memory that the
// service worker kept; a start without it is no sample. Warm: a browser with nothing but its HTTP cache, where the
// snapshot cannot be had and Python starts as Pyodide does. The floor is Pyodide alone in a worker, from the
// same relay, in a page of the same origin that has nothing of ours: that page is the relay's icon. Each round has a
// notebook of its own, and each visit a cell, as a result stays in the document.
import type { BrowserContext, Page } from 'playwright'
import { cellsOf } from './notebooks.ts'
import { watchOpening } from './probe.ts'
import { closingAll, launchBrowser, startRelay } from './programs.ts'
import type { Bench, Row } from './row.ts'

const rounds = 3

/** Runs in the bare page, from its first moment. */
const bareWorker = (origin: string): void => {
  // A page of its own origin only: the blank one before the navigation is none.
  if (location.origin !== origin) return
  const source = `
    const { loadPyodide } = await import('${origin}/pyodide/pyodide.mjs')
    const pyodide = await loadPyodide({ indexURL: '${origin}/pyodide/' })
    postMessage(pyodide.runPython('1+1'))`
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(address, { type: 'module' })
  window.benchOpening = new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => {
      if (data === 2) resolve([performance.now()])
      else reject(new Error(`Python says ${String(data)}`))
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
  const plain: string[] = []
  page.on('console', (message) => {
    if (message.text().includes('without its snapshot')) plain.push(message.text())
  })
  await prepare(page)
  await page.goto(url, { waitUntil: 'commit' })
  const [took] = await page.evaluate(() => window.benchOpening)
  if (took === undefined) throw new Error('no result')
  if (withSnapshot && plain[0] !== undefined) throw new Error(plain[0])
  await then(page)
  await page.close()
  return took
}

/** Until the service worker has Python, so that the second visit is one of a settled browser. */
const kept = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    async () => (await caches.match('/pyodide/python_stdlib.zip')) !== undefined,
    undefined,
    {
      polling: 100,
    },
  )

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
    const ask =
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
        times.cold.push(await visit(context, url, ask(1), kept))
        times.warm.push(await visit(context, url, ask(2), nothing))
      })
      await inNewBrowser(async (context) => {
        const url = `${relay.origin}/notebook/${name(round)}`
        await context.route('**/*.snapshot', (route) => route.abort())
        await visit(context, url, ask(3), nothing, false)
        times.plain.push(await visit(context, url, ask(4), nothing, false))
      }, 'block')
    }
    const row = (what: string, ours: readonly number[], samples: readonly number[]): Row => ({
      what: `first Python result, ${what}`,
      unit: 'ms',
      ours,
      floor: { what: `bare loadPyodide, ${what}`, samples },
    })
    return [
      row('cold', times.cold, times.bareCold),
      row('warm, without the snapshot', times.plain, times.bareWarm),
      row('second visit, from the snapshot', times.warm, times.bareWarm),
    ]
  })
