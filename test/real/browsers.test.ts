// The main promises in browsers other than Chromium, as they are installed: writing, Python, `input()`, Stop,
// and all of it offline. `npm run test:real` installs them; a missing one is skipped, with a message.
import { describe, expect, onTestFinished, test } from 'vitest'
import { findFirefox, findWebKit } from '../../scripts/real-browsers.js'
import { startRelay, type Relay } from '../../relay/main.ts'
import { newFolder, notebookText, settingsFor } from '../support/relay.ts'
import { soon } from '../support/soon.ts'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startFirefox, startWebKit, type RealBrowser, type RealPage } from './browsers.ts'

const [firefox, webkit] = [findFirefox(), findWebKit()]

const cells = [
  '6 * 7',
  'name = input("Who? ")\nprint("Hello", name)',
  'print("on")\nwhile True: pass',
  'print("kept:", "name" in globals(), open("beside.txt").read())',
  'import json\njson.dumps({"offline": True})',
  'first',
]

/** What a person sees, by the page’s own state names. */
const seen = (page: RealPage) => ({
  sync: () => page.value<string>(`return document.querySelector('nb-status')?.dataset.sync ?? ''`),
  kernel: () => page.value<string>(`return document.querySelector('nb-status')?.dataset.kernel ?? ''`),
  status: (cell: number) =>
    page.value<string>(`return document.querySelectorAll('nb-cell')[${cell - 1}]?.dataset.status ?? ''`),
  output: (cell: number) =>
    page.value<string>(
      `return document.querySelector('[aria-label="Output of cell ${cell}"]')?.innerText ?? ''`,
    ),
  source: (cell: number) =>
    page.value<string>(
      `return document.querySelector('[aria-label="Source of cell ${cell}"]')?.innerText.trim() ?? ''`,
    ),
})

const into = async (page: RealPage, cell: number): Promise<void> => {
  await page.value(`document.querySelectorAll('nb-cell')[${cell - 1}].scrollIntoView({ block: 'center' })`)
  // Drivers locate an element before they press there, and the page moves a little until it is complete.
  await expect
    .poll(
      () =>
        page.value(
          `return document.querySelectorAll('nb-cell')[${cell - 1}].querySelector('.cm-editor') !== null`,
        ),
      soon,
    )
    .toBe(true)
  await expect
    .poll(async () => {
      await page.click(`[aria-label="Source of cell ${cell}"]`)
      return page.value<boolean>(
        `return document.querySelectorAll('nb-cell')[${cell - 1}].contains(document.activeElement)`,
      )
    }, soon)
    .toBe(true)
}

const run = async (page: RealPage, cell: number): Promise<void> => {
  await into(page, cell)
  await page.press('Enter', true)
}

const promises = async (start: () => Promise<RealBrowser>, sharesMemory: boolean): Promise<void> => {
  const folder = await newFolder()
  await writeFile(join(folder, 'real.ipynb'), notebookText(...cells))
  await writeFile(join(folder, 'beside.txt'), 'beside')
  let relay: Relay = await startRelay(settingsFor(folder), {})
  const { port } = relay
  const browser = await start()
  onTestFinished(async () => {
    await browser.close()
    await relay.close()
  })
  const page = await browser.page()
  const { sync, kernel, status, output, source } = seen(page)
  const is = (what: () => Promise<string>, value: string): Promise<void> =>
    expect.poll(what, soon).toBe(value)
  /** Waits until the cell has ended, and shows its output if it ended otherwise than expected. */
  const ends = async (cell: number, word: string): Promise<void> => {
    await expect.poll(() => status(cell), soon).toMatch(/^(done|error|interrupted)$/)
    expect([await status(cell), await output(cell)]).toEqual([word, expect.anything()])
  }
  /** Presses until `so` no longer matches: a press misses what still moves. */
  const press = (selector: string, so: string): Promise<void> =>
    expect
      .poll(
        async () => {
          const isSo = () => page.value<boolean>(`return document.querySelector('${so}') !== null`)
          if (await isSo()) await page.click(selector)
          return isSo()
        },
        { ...soon, interval: 2_000 },
      )
      .toBe(false)
  const shows = (cell: number, text: string): Promise<void> =>
    expect.poll(() => output(cell), soon).toContain(text)

  await page.open(`http://127.0.0.1:${port}/notebook/real.ipynb`)
  await is(sync, 'saved')
  // Writing, into the file.
  await into(page, 6)
  await page.type(' and more')
  await expect.poll(() => source(6), soon).toContain(' and more')
  await is(sync, 'saved')
  await expect.poll(() => readFile(join(folder, 'real.ipynb'), 'utf8'), soon).toContain(' and more')

  await run(page, 1)
  await ends(1, 'done')
  await shows(1, '42')

  await run(page, 2)
  if (sharesMemory) {
    await expect
      .poll(() => page.value(`return document.querySelector('.nb-ask input') !== null`), soon)
      .toBe(true)
    await press('.nb-ask input', '.nb-ask input:not(:focus)')
    await page.type('Ana')
    await page.press('Enter')
    await ends(2, 'done')
    await shows(2, 'Hello Ana')
  } else {
    await ends(2, 'error')
    await shows(2, 'input() is not available here')
  }

  await run(page, 3)
  await expect.poll(() => output(3), soon).toContain('on')
  await press(
    'nb-cell:nth-of-type(3) [aria-label="Stop cell"]',
    'nb-cell:nth-of-type(3)[data-status=running]',
  )
  await ends(3, 'interrupted')
  if (sharesMemory) await shows(3, 'KeyboardInterrupt')

  // The code asks for permission before it reads a file beside the notebook.
  await run(page, 4)
  await is(() => page.value(`return String(document.querySelector('[role=alertdialog]') !== null)`), 'true')
  await press('[role=alertdialog] button', '[role=alertdialog]')
  await ends(4, 'done')
  await shows(4, `kept: ${sharesMemory ? 'True' : 'False'} beside`)

  // Offline, after a reload, with Python.
  await expect
    .poll(
      () =>
        page.value(`return navigator.serviceWorker.controller !== null &&
          (await caches.match('/pyodide/python_stdlib.zip')) !== undefined`),
      soon,
    )
    .toBe(true)
  await relay.close()
  await is(sync, 'offline')
  await page.open(`http://127.0.0.1:${port}/notebook/real.ipynb`)
  await is(sync, 'offline')
  await run(page, 5)
  await ends(5, 'done')
  await shows(5, '{"offline": true}')
  await into(page, 6)
  await page.type(', offline')
  await expect.poll(() => source(6), soon).toContain(', offline')
  relay = await startRelay(settingsFor(folder, { port }), {})
  await is(sync, 'saved')
  await expect.poll(() => readFile(join(folder, 'real.ipynb'), 'utf8'), soon).toContain(', offline')
  expect(await kernel()).toBe('idle')
}

describe('the promises of writing, Python, input, Stop and offline', () => {
  test.runIf(firefox !== undefined)('hold in Firefox', () =>
    promises(() => startFirefox(firefox ?? ''), true),
  )

  // WebKit shares no memory with a worker of the frame: `input()` reports that, and Stop ends Python.
  test.runIf(webkit !== undefined)('hold in WebKit', () =>
    promises(() => (webkit === undefined ? Promise.reject(new Error('none')) : startWebKit(webkit)), false),
  )
})
