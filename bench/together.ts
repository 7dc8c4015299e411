// A key struck in one browser until it stands in another, and until another program has it. The floor strikes the
// same key in the same browser, in a page that hands it to a bare `ws` server, which hands it to a page and a program.
import type { BrowserContext, Page } from 'playwright'
import { Arrivals, joined, socketTo } from './clients.ts'
import { cellsOf } from './notebooks.ts'
import { watchMarks } from './probe.ts'
import { closingAll, launchBrowser, startFloor, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const mark = '#'
const keys = 100
const warmUp = 10

interface Pair {
  readonly writer: Page
  readonly reader: Page
  /** In this process: a stock client, or a bare socket. */
  readonly program: Arrivals
  readonly toReader: number[]
  readonly toProgram: number[]
}

/** Strikes the key for the nth time and waits until it has come everywhere. */
const strike = async (pair: Pair, nth: number): Promise<void> => {
  const shown = pair.reader.evaluate((nth) => window.benchMarks.shown(nth), nth)
  const heard = pair.program.until(nth)
  await pair.writer.keyboard.press(mark)
  const [inReader, inProgram] = await Promise.all([shown, heard])
  const struck = await pair.writer.evaluate((nth) => window.benchMarks.struck[nth - 1], nth)
  if (struck === undefined) throw new Error('the key was not struck')
  if (nth <= warmUp) return
  pair.toReader.push(inReader - struck)
  pair.toProgram.push(inProgram - struck)
}

const pageIn = async (context: BrowserContext, url: string, selector: string): Promise<Page> => {
  const page = await context.newPage()
  await page.addInitScript(watchMarks, { mark, selector })
  await page.goto(url)
  return page
}

export const together: Bench = () =>
  closingAll(async (keep) => {
    const floor = await keep(startFloor())
    const relay = await keep(startRelay({ 'together.ipynb': cellsOf('') }))
    const browser = await keep(launchBrowser())
    // Two profiles: tabs of one would also talk past the relay.
    const [first, second] = [await browser.newContext(), await browser.newContext()]
    const pages = async (url: string, selector: string): Promise<[Page, Page]> => [
      await pageIn(first, url, selector),
      await pageIn(second, url, selector),
    ]

    const source = 'nb-cell .cm-content'
    const [writer, reader] = await pages(`${relay.origin}/notebook/together.ipynb`, source)
    await reader.waitForSelector(source)
    await writer.click(source)
    const client = await keep(joined(relay, 'together.ipynb'))
    const program = new Arrivals()
    client.text.observe(() => program.arrived())
    const ours: Pair = { writer, reader, program, toReader: [], toProgram: [] }

    const [sender, hearer] = await pages(`${floor.origin}/echo`, 'pre')
    for (const page of [sender, hearer]) await page.waitForFunction(() => document.title === 'open')
    const socket = await keep(socketTo(floor))
    const bareProgram = new Arrivals()
    socket.on('message', () => bareProgram.arrived())
    const bare: Pair = { writer: sender, reader: hearer, program: bareProgram, toReader: [], toProgram: [] }

    for (let nth = 1; nth <= warmUp + keys; nth++) {
      await strike(ours, nth)
      await strike(bare, nth)
    }
    return [
      {
        what: 'key → other browser',
        unit: 'ms',
        ours: ours.toReader,
        floor: { what: 'bare ws, page to page', samples: bare.toReader },
      },
      {
        what: 'key → other program',
        unit: 'ms',
        ours: ours.toProgram,
        floor: { what: 'bare ws, page to program', samples: bare.toProgram },
      },
    ]
  })
