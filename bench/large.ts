// A large notebook while it is used, compared with a small one: what a caret of somebody else costs the main thread, memory,
// and frames while scrolling. The baseline of the frames is the same page at rest.
import type { Page } from 'playwright'
import { createRelativePositionFromTypeIndex, relativePositionToJSON } from 'yjs'
import { cellSource, visibleCells } from '../shared/notebook/document/read.ts'
import { connectClient, type Client } from './clients.ts'
import { MainThread } from './main-thread.ts'
import { memoryOf } from './memory.ts'
import { mixedNotebookOf } from './notebooks.ts'
import { closingAll, launchBrowser, startRelay } from './programs.ts'
import type { Bench, Row } from './row.ts'

const sizes = [10, 1_000, 5_000] as const
const rounds = 12
const moves = 20
const wheels = 120

declare global {
  interface Window {
    /** Resolves when the caret has moved and is painted. */
    benchCaret: Promise<void>
    benchFrames: number[]
  }
}

/** Until all cells are there with their texts. */
const atRest = async (page: Page, cells: number): Promise<void> => {
  await page.waitForFunction((all) => document.querySelectorAll('nb-cell:not(:empty)').length === all, cells)
  await page.waitForTimeout(1_000)
}

/** In the first code cell. Resolves when it is painted. */
const moveCaret = async (page: Page, { doc, awareness }: Client, at: number): Promise<void> => {
  const [, cell] = visibleCells(doc)
  const text = cell === undefined ? undefined : cellSource(doc, cell)
  if (text === undefined) throw new Error('no code cell')
  await page.evaluate(() => {
    window.benchCaret = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        observer.disconnect()
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
      })
      const source = document.querySelectorAll('nb-cell')[1]?.querySelector('nb-source')
      if (source) observer.observe(source, { subtree: true, childList: true, attributes: true })
    })
  })
  const place = relativePositionToJSON(createRelativePositionFromTypeIndex(text, at)) as object
  awareness.setLocalStateField('cursor', { anchor: place, head: place })
  await page.evaluate(() => window.benchCaret)
}

/** Milliseconds between frames until `during` is over. */
const framesDuring = async (page: Page, during: () => Promise<unknown>): Promise<readonly number[]> => {
  await page.evaluate(() => {
    const frames: number[] = []
    let before = performance.now()
    const note = (): void => {
      const now = performance.now()
      frames.push(now - before)
      before = now
      requestAnimationFrame(note)
    }
    requestAnimationFrame(note)
    window.benchFrames = frames
  })
  await during()
  return page.evaluate(() => window.benchFrames.slice(1))
}

interface Used {
  readonly cells: number
  readonly page: Page
  readonly client: Client
  readonly mainThread: MainThread
  readonly carets: number[]
  readonly scripts: number[]
}

export const large: Bench = () =>
  closingAll(async (keep) => {
    const files = sizes.map((cells) => [`large-${cells}.ipynb`, mixedNotebookOf(cells)] as const)
    const relay = await keep(startRelay(Object.fromEntries(files)))
    const browser = await keep(launchBrowser())
    const used: Used[] = []
    for (const cells of sizes) {
      const path = `large-${cells}.ipynb`
      const page = await (await browser.newContext()).newPage()
      await page.goto(`${relay.origin}/notebook/${path}`)
      await atRest(page, cells)
      const client = await keep(connectClient(relay, path))
      client.awareness.setLocalStateField('user', { id: 'ben', name: 'Ben', color: '#2266aa' })
      used.push({ cells, page, client, mainThread: await MainThread.of(page), carets: [], scripts: [] })
    }
    for (let round = 0; round < rounds; round++)
      for (const { page, client, mainThread, carets, scripts } of used) {
        await page.bringToFront()
        const before = [await mainThread.milliseconds(), await mainThread.milliseconds('ScriptDuration')]
        for (let move = 0; move < moves; move++) await moveCaret(page, client, (round + move) % 20)
        carets.push(((await mainThread.milliseconds()) - (before[0] ?? NaN)) / moves)
        scripts.push(((await mainThread.milliseconds('ScriptDuration')) - (before[1] ?? NaN)) / moves)
      }
    const rows: Row[] = []
    const [small] = used
    if (small === undefined) throw new Error('no notebook')
    const memory = await memoryOf(small.page)
    for (const { cells, page, carets, scripts } of used) {
      const baseline = `${small.cells} cells`
      await page.bringToFront()
      rows.push(
        {
          what: `a caret of another, tasks, ${cells} cells`,
          unit: 'ms',
          ours: carets,
          baseline: { what: baseline, samples: small.carets },
        },
        {
          what: `a caret of another, scripts, ${cells} cells`,
          unit: 'ms',
          ours: scripts,
          baseline: { what: baseline, samples: small.scripts },
        },
        {
          what: `memory of the page, ${cells} cells`,
          unit: 'kB',
          ours: [await memoryOf(page)],
          baseline: { what: baseline, samples: [memory] },
        },
      )
      if (cells === small.cells) continue
      const still = await framesDuring(page, () => page.waitForTimeout(2_000))
      await page.mouse.move(400, 400)
      const scrolling = await framesDuring(page, async () => {
        for (let wheel = 0; wheel < wheels; wheel++) await page.mouse.wheel(0, 300)
      })
      rows.push({
        what: `a frame while scrolling, ${cells} cells`,
        unit: 'ms',
        ours: scrolling,
        baseline: { what: 'at rest', samples: still },
      })
    }
    return rows
  })
