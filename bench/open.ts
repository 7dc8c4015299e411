// A notebook from the start of the navigation until its cells are on the screen and one can write in them. Cold: a
// file nobody has opened since the relay started, in a browser that was never here. Warm: the second visit, with the
// service worker and the browser's own copy. The floor is an empty page, likewise.
import type { Browser, BrowserContext, Page } from 'playwright'
import { notebookOf } from './notebooks.ts'
import { watchOpening } from './probe.ts'
import { closingAll, launchBrowser, startFloor, startRelay } from './programs.ts'
import type { Bench, Row } from './row.ts'

const sizes = [10, 1_000] as const
const rounds = 5

const shown = 'nb-cell :is(.nb-picture, .cm-line)'
const usable = 'nb-cell .cm-content[contenteditable="true"]'

const visit = async (
  context: BrowserContext,
  url: string,
  selectors: string[],
  then: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<readonly number[]> => {
  const page = await context.newPage()
  await page.addInitScript(watchOpening, { selectors, click: null })
  await page.goto(url, { waitUntil: 'commit' })
  const times = await page.evaluate(() => window.benchOpening)
  await then(page)
  await page.close()
  return times
}

/** Until the service worker and the browser's database have all they keep, so that nothing goes on in the back. */
const kept = async (page: Page): Promise<void> => {
  await page.waitForSelector('nb-status[data-sync="saved"]', { state: 'attached' })
  await page.waitForFunction(
    async () => {
      const pages = await navigator.serviceWorker.getRegistration()
      return (
        pages?.active?.state === 'activated' &&
        (await caches.match('/pyodide/python_stdlib.zip')) !== undefined
      )
    },
    undefined,
    { polling: 100 },
  )
}

class Times {
  readonly cold = { shown: [] as number[], usable: [] as number[] }
  readonly warm = { shown: [] as number[], usable: [] as number[] }

  static add(
    to: { shown: number[]; usable: number[] },
    [shown = NaN, usable = NaN]: readonly number[],
  ): void {
    to.shown.push(shown)
    to.usable.push(usable)
  }
}

const bothVisits = async (
  browser: Browser,
  url: string,
  selectors: string[],
  times: Times,
  keep: (page: Page) => Promise<void>,
): Promise<void> => {
  const context = await browser.newContext()
  try {
    Times.add(times.cold, await visit(context, url, selectors, keep))
    Times.add(times.warm, await visit(context, url, selectors))
  } finally {
    await context.close()
  }
}

export const open: Bench = () =>
  closingAll(async (keep) => {
    const floor = await keep(startFloor())
    // A file of its own for each round: after the first, the relay would have the notebook open.
    const name = (cells: number, round: number): string => `open-${cells}-${round}.ipynb`
    const files = sizes.flatMap((cells) =>
      Array.from({ length: rounds + 1 }, (_, round) => [name(cells, round), notebookOf(cells)]),
    )
    const relay = await keep(startRelay(Object.fromEntries(files) as Record<string, string>))
    const browser = await keep(launchBrowser())
    const empty = new Times()
    const ours = sizes.map((cells) => ({ cells, times: new Times() }))
    for (let round = 0; round <= rounds; round++) {
      // The browser's and the relay's own first steps are not counted.
      const counted = round > 0
      await bothVisits(
        browser,
        `${floor.origin}/empty`,
        ['p', 'p'],
        counted ? empty : new Times(),
        async () => undefined,
      )
      for (const { cells, times } of ours) {
        const url = `${relay.origin}/notebook/${name(cells, round)}`
        await bothVisits(browser, url, [shown, usable], counted ? times : new Times(), kept)
      }
    }
    const rowsOf = (visit: 'cold' | 'warm', what: 'shown' | 'usable'): Row[] =>
      ours.map(({ cells, times }) => ({
        what: `${visit} open, ${cells} cells: ${what === 'shown' ? 'cells on the screen' : 'an editor in place'}`,
        unit: 'ms',
        ours: times[visit][what],
        floor: { what: `empty page, ${visit}`, samples: empty[visit][what] },
      }))
    return [
      ...rowsOf('cold', 'shown'),
      ...rowsOf('cold', 'usable'),
      ...rowsOf('warm', 'shown'),
      ...rowsOf('warm', 'usable'),
    ]
  })
