// A keystroke until it is painted, in the middle of a small and a large notebook; and its cost on the main thread, which the
// 60 Hz of the display hide. The baseline is an empty page with an editable element.
import type { Browser, CDPSession, Page } from 'playwright'
import { notebookOf } from './notebooks.ts'
import { watchPaints } from './probe.ts'
import { closingAll, launchBrowser, startBareServer, startRelay } from './programs.ts'
import type { Bench, Row } from './row.ts'

const sizes = [10, 1_000] as const
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
  private readonly session: CDPSession
  private count = 0

  private constructor(page: Page, session: CDPSession) {
    this.page = page
    this.session = session
  }

  static async at(browser: Browser, url: string, focus: (page: Page) => Promise<void>): Promise<Typist> {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.addInitScript(watchPaints)
    await page.goto(url)
    await focus(page)
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable')
    return new Typist(page, session)
  }

  private async taskMilliseconds(): Promise<number> {
    const { metrics } = await this.session.send('Performance.getMetrics')
    const found = metrics.find(({ name }) => name === 'TaskDuration')
    if (found === undefined) throw new Error('the browser does not report TaskDuration')
    return found.value * 1_000
  }

  async round(counted: boolean): Promise<void> {
    const before = await this.taskMilliseconds()
    for (let key = 0; key < keysInRound; key++) {
      const nth = ++this.count
      await this.page.keyboard.press('x')
      const took = await this.page.evaluate((nth) => window.benchPaints.painted(nth), nth)
      if (counted) this.painted.push(took)
      // Randomizes the time of the keystroke relative to frames.
      await pause(Math.random() * 16)
    }
    if (counted) this.work.push(((await this.taskMilliseconds()) - before) / keysInRound)
  }
}

const focusMiddle = (cells: number) => async (page: Page) => {
  await page
    .locator('nb-cell')
    .nth(cells - 1)
    .waitFor({ state: 'attached' })
  const cell = page.locator('nb-cell').nth(cells / 2)
  await cell.locator('nb-source').click()
  await cell.locator('.cm-content:focus').waitFor()
}

export const paint: Bench = () =>
  closingAll(async (keep) => {
    const bareServer = await keep(startBareServer())
    const relay = await keep(
      startRelay(Object.fromEntries(sizes.map((cells) => [`paint-${cells}.ipynb`, notebookOf(cells)]))),
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
    return typists.flatMap(({ cells, typist }): Row[] => [
      {
        what: `keystroke → paint, ${cells} cells`,
        unit: 'ms',
        ours: typist.painted,
        baseline: { what: 'contenteditable in an empty page', samples: bare.painted },
      },
      {
        what: `main thread per keystroke, ${cells} cells`,
        unit: 'ms',
        ours: typist.work,
        baseline: { what: 'contenteditable in an empty page', samples: bare.work },
      },
    ])
  })
