// Opening a notebook with outputs: from the start of the navigation until cells are painted, and until they can be edited;
// and what the main thread has done until then. Cold: a file not opened since the relay started, in a new browser profile.
// Warm: the second visit, with service worker and local copy. The baseline is an empty page for a small notebook, and the
// small one for large ones.
import type { Browser, BrowserContext, Page } from 'playwright'
import { mixedNotebookOf } from './notebooks.ts'
import { MainThread } from './main-thread.ts'
import { watchOpening } from './probe.ts'
import { closingAll, launchBrowser, startBareServer, startRelay } from './programs.ts'
import type { Bench, Row } from './row.ts'
import { serviceWorkerSettled } from './settled.ts'

const sizes = [10, 1_000, 5_000] as const
const rounds = 5

const shown = 'nb-cell :is(.nb-picture, .cm-line)'
const editable = 'nb-cell .cm-content[contenteditable="true"]'

const visit = async (
  context: BrowserContext,
  url: string,
  selectors: string[],
  then: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<readonly number[]> => {
  const page = await context.newPage()
  const mainThread = await MainThread.of(page)
  await page.addInitScript(watchOpening, { selectors, click: null })
  await page.goto(url, { waitUntil: 'commit' })
  const times = await page.evaluate(() => window.benchOpening)
  const work = await mainThread.milliseconds()
  await then(page)
  await page.close()
  return [...times, work]
}

/** Waits until the service worker and the browser's database are complete, so that no background work is left. */
const settled = async (page: Page): Promise<void> => {
  await page.waitForSelector('nb-status[data-sync="saved"]', { state: 'attached' })
  await serviceWorkerSettled(page)
}

const measured = ['shown', 'editable', 'work'] as const
const words = {
  shown: 'cells shown',
  editable: 'editable',
  work: 'main thread until editable',
}

class Times {
  readonly cold = { shown: [] as number[], editable: [] as number[], work: [] as number[] }
  readonly warm = { shown: [] as number[], editable: [] as number[], work: [] as number[] }

  static add(to: Times['cold'], times: readonly number[]): void {
    for (const [i, what] of measured.entries()) to[what].push(times[i] ?? NaN)
  }
}

const bothVisits = async (
  browser: Browser,
  url: string,
  selectors: string[],
  times: Times,
  settle: (page: Page) => Promise<void>,
): Promise<void> => {
  const context = await browser.newContext()
  try {
    Times.add(times.cold, await visit(context, url, selectors, settle))
    Times.add(times.warm, await visit(context, url, selectors))
  } finally {
    await context.close()
  }
}

export const open: Bench = () =>
  closingAll(async (keep) => {
    const bareServer = await keep(startBareServer())
    // A new file in each round, because the relay keeps opened notebooks in memory.
    const name = (cells: number, round: number): string => `open-${cells}-${round}.ipynb`
    const files = sizes.flatMap((cells) =>
      Array.from({ length: rounds + 1 }, (_, round) => [name(cells, round), mixedNotebookOf(cells)]),
    )
    const relay = await keep(startRelay(Object.fromEntries(files) as Record<string, string>))
    const browser = await keep(launchBrowser())
    const empty = new Times()
    const ours = sizes.map((cells) => ({ cells, times: new Times() }))
    for (let round = 0; round <= rounds; round++) {
      // The first round warms up the browser and the relay.
      const counted = round > 0
      await bothVisits(
        browser,
        `${bareServer.origin}/empty`,
        ['p', 'p'],
        counted ? empty : new Times(),
        async () => undefined,
      )
      for (const { cells, times } of ours) {
        const url = `${relay.origin}/notebook/${name(cells, round)}`
        await bothVisits(browser, url, [shown, editable], counted ? times : new Times(), settled)
      }
    }
    const [small] = ours
    const rowsOf = (visit: 'cold' | 'warm'): Row[] =>
      measured.flatMap((what) =>
        ours.map(({ cells, times }) => ({
          what: `${visit} open, ${cells} cells: ${words[what]}`,
          unit: 'ms' as const,
          ours: times[visit][what],
          baseline:
            times === small?.times || small === undefined
              ? { what: `empty page, ${visit}`, samples: empty[visit][what] }
              : { what: `${small.cells} cells, ${visit}`, samples: small.times[visit][what] },
        })),
      )
    return [...rowsOf('cold'), ...rowsOf('warm')]
  })
