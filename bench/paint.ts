// A keystroke until it is painted, in the middle of a small notebook and of large ones; and its cost on the main thread, which the
// 60 Hz of the display hide. The baseline is an empty page with an editable element, and the small notebook for the large.
import type { Browser, Page } from 'playwright'
import { MainThread } from './main-thread.ts'
import { mixedNotebookOf } from './notebooks.ts'
import { watchPaints } from './probe.ts'
import { closingAll, launchBrowser, startBareServer, startRelay } from './programs.ts'
import type { Bench, Row } from './row.ts'

const sizes = [10, 1_000, 5_000] as const
const rounds = 12
const keysInRound = 10
const warmUp = 2

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

class Typist {
  readonly painted: number[] = []
  /** Milliseconds on the main thread per keystroke, one sample per round. */
  readonly work: number[] = []
  private readonly page: Page
  private readonly mainThread: MainThread
  private count = 0

  private constructor(page: Page, mainThread: MainThread) {
    this.page = page
    this.mainThread = mainThread
  }

  static async at(browser: Browser, url: string, focus: (page: Page) => Promise<void>): Promise<Typist> {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.addInitScript(watchPaints)
    await page.goto(url)
    await focus(page)
    return new Typist(page, await MainThread.of(page))
  }

  async round(counted: boolean): Promise<void> {
    const before = await this.mainThread.milliseconds()
    for (let key = 0; key < keysInRound; key++) {
      const nth = ++this.count
      await this.page.keyboard.press('x')
      const took = await this.page.evaluate((nth) => window.benchPaints.painted(nth), nth)
      if (counted) this.painted.push(took)
      // Randomizes the time of the keystroke relative to frames.
      await pause(Math.random() * 16)
    }
    if (counted) this.work.push(((await this.mainThread.milliseconds()) - before) / keysInRound)
  }
}

const focusMiddle = (cells: number) => async (page: Page) => {
  await page
    .locator('nb-cell')
    .nth(cells - 1)
    .waitFor({ state: 'attached' })
  // A code cell.
  const cell = page.locator('nb-cell').nth(cells / 2)
  await cell.scrollIntoViewIfNeeded()
  await cell.locator('nb-source').click()
  await cell.locator('.cm-content:focus').waitFor()
}

export const paint: Bench = () =>
  closingAll(async (keep) => {
    const bareServer = await keep(startBareServer())
    const relay = await keep(
      startRelay(Object.fromEntries(sizes.map((cells) => [`paint-${cells}.ipynb`, mixedNotebookOf(cells)]))),
    )
    const browser = await keep(launchBrowser())
    const bare = await Typist.at(browser, `${bareServer.origin}/editable`, (page) => page.click('div'))
    const typists: { readonly cells: number; readonly typist: Typist }[] = []
    for (const cells of sizes) {
      const url = `${relay.origin}/notebook/paint-${cells}.ipynb`
      typists.push({ cells, typist: await Typist.at(browser, url, focusMiddle(cells)) })
    }
    for (let round = 0; round < warmUp + rounds; round++)
      for (const typist of [bare, ...typists.map(({ typist }) => typist)]) await typist.round(round >= warmUp)
    const [small] = typists
    if (small === undefined) throw new Error('no notebook')
    return typists.flatMap(({ cells, typist }): Row[] => {
      const isSmall = typist === small.typist
      const baseline = isSmall ? 'contenteditable in an empty page' : `${small.cells} cells`
      const { painted, work } = isSmall ? bare : small.typist
      return [
        {
          what: `keystroke → paint, ${cells} cells`,
          unit: 'ms',
          ours: typist.painted,
          baseline: { what: baseline, samples: painted },
        },
        {
          what: `main thread per keystroke, ${cells} cells`,
          unit: 'ms',
          ours: typist.work,
          baseline: { what: baseline, samples: work },
        },
      ]
    })
  })
