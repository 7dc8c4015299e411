// A keystroke in one browser until it is shown in another, and until another program has it. In the baseline, the same
// browser sends the key to a bare `ws` server, which sends it to another page and a program.
import type { BrowserContext, Page } from 'playwright'
import { Arrivals, connectClient, openSocket } from './clients.ts'
import { cellsOf } from './notebooks.ts'
import { watchMarks } from './probe.ts'
import { closingAll, launchBrowser, startBareServer, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const mark = '#'
const keys = 100
const warmUp = 10

interface Pair {
  readonly writer: Page
  readonly reader: Page
  /** In this process: a stock client or a bare socket. */
  readonly program: Arrivals
  readonly toReader: number[]
  readonly toProgram: number[]
}

/** Types the nth character and waits until it has arrived everywhere. */
const typeMark = async (pair: Pair, nth: number): Promise<void> => {
  const shown = pair.reader.evaluate((nth) => window.benchMarks.shown(nth), nth)
  const arrived = pair.program.until(nth)
  await pair.writer.keyboard.press(mark)
  const [inReader, inProgram] = await Promise.all([shown, arrived])
  const typed = await pair.writer.evaluate((nth) => window.benchMarks.typed[nth - 1], nth)
  if (typed === undefined) throw new Error('the key was not typed')
  if (nth <= warmUp) return
  pair.toReader.push(inReader - typed)
  pair.toProgram.push(inProgram - typed)
}

const pageIn = async (context: BrowserContext, url: string, selector: string): Promise<Page> => {
  const page = await context.newPage()
  await page.addInitScript(watchMarks, { mark, selector })
  await page.goto(url)
  return page
}

export const together: Bench = () =>
  closingAll(async (keep) => {
    const bareServer = await keep(startBareServer())
    const relay = await keep(startRelay({ 'together.ipynb': cellsOf('') }))
    const browser = await keep(launchBrowser())
    // Two profiles, because tabs of one profile also sync without the relay.
    const [first, second] = [await browser.newContext(), await browser.newContext()]
    const pages = async (url: string, selector: string): Promise<[Page, Page]> => [
      await pageIn(first, url, selector),
      await pageIn(second, url, selector),
    ]

    const source = 'nb-cell .cm-content'
    const [writer, reader] = await pages(`${relay.origin}/notebook/together.ipynb`, source)
    await reader.waitForSelector(source)
    await writer.click(source)
    const client = await keep(connectClient(relay, 'together.ipynb'))
    const program = new Arrivals()
    client.text.observe(() => program.record())
    const ours: Pair = { writer, reader, program, toReader: [], toProgram: [] }

    const [sender, receiver] = await pages(`${bareServer.origin}/echo`, 'pre')
    for (const page of [sender, receiver]) await page.waitForFunction(() => document.title === 'open')
    const socket = await keep(openSocket(bareServer))
    const bareProgram = new Arrivals()
    socket.on('message', () => bareProgram.record())
    const bare: Pair = { writer: sender, reader: receiver, program: bareProgram, toReader: [], toProgram: [] }

    for (let nth = 1; nth <= warmUp + keys; nth++) {
      await typeMark(ours, nth)
      await typeMark(bare, nth)
    }
    return [
      {
        what: 'keystroke → other browser',
        unit: 'ms',
        ours: ours.toReader,
        baseline: { what: 'bare ws, page to page', samples: bare.toReader },
      },
      {
        what: 'keystroke → other program',
        unit: 'ms',
        ours: ours.toProgram,
        baseline: { what: 'bare ws, page to program', samples: bare.toProgram },
      },
    ]
  })
