// Printing: the whole notebook, whatever is in view, and nothing else.
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Leaf } from '../../shared/notebook/notebook.ts'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'

const table = (n: number): string =>
  `<table class="dataframe"><thead><tr><th>n</th></tr></thead><tbody><tr><td>table ${n}</td></tr></tbody></table>`
const shows = (data: Readonly<Record<string, Leaf>>, meta = {}): object => ({
  meta,
  result: {
    run: null,
    count: 1,
    status: 'done',
    outputs: [{ live: false, leaf: { output_type: 'display_data', data, metadata: {} } }],
    reply: null,
    thinking: null,
    calls: [],
  },
})
const tall = Array.from({ length: 60 }, (_, n) => `line ${n}`).join('\n')
const cells: CellSketch[] = Array.from({ length: 39 }, (_, n) => [
  'code',
  `source_of_${n} = 1\n${'# more\n'.repeat(12)}`,
  shows(
    n % 3 === 0 ? { 'text/html': table(n) } : { 'text/plain': n === 37 ? tall : `text ${n}` },
    n === 37 ? { scrolled: true } : {},
  ),
])

let app: App
let ana: Person
beforeAll(async () => {
  app = await App.start({ 'a.ipynb': notebookFile(['note', '# Paper\n\n$x^2$'], ...cells) })
  ana = await app.writer('a.ipynb', { colorScheme: 'dark' })
  await ana.until('sync', 'saved')
})
afterAll(() => app.close())

/** Counts the outputs that have content, and the frames whose content is complete. */
const shown = (page: Page): Promise<{ outputs: number; frames: number }> =>
  page.evaluate(() => ({
    outputs: [...document.querySelectorAll('nb-output')].filter(({ children }) => children.length > 0).length,
    frames: document.querySelectorAll('.nb-frame[data-shown]').length,
  }))

test('printing by the browser includes every output, even on a page that was never idle', async () => {
  const busy = await ana.context.newPage()
  await busy.addInitScript(() => {
    window.requestIdleCallback = () => 0
  })
  await busy.goto(ana.page.url())
  await busy.locator('nb-cell').nth(39).waitFor({ state: 'attached' })
  await busy.locator('nb-output').first().waitFor({ state: 'attached' })
  // The other page may have been idle meanwhile.
  expect((await shown(busy)).outputs).toBeLessThan(39)
  for (const page of [busy, ana.page]) {
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect((await shown(page)).outputs).toBe(39)
  }
  await busy.close()
  // Frames would not have loaded in time.
  await ana.page.emulateMedia({ media: 'print' })
  for (const n of [0, 18, 36])
    await ana
      .output(n + 2)
      .getByText(`table ${n}`)
      .waitFor()
  await ana.page.emulateMedia({ media: 'screen' })
})

test('Ctrl+P prints once everything has rendered, without controls and in light colours', async () => {
  const { page } = ana
  await page.reload()
  await ana.until('sync', 'saved')
  await ana.cell(1).waitFor()
  const printed = page.evaluate(
    () =>
      new Promise<{ frames: number; unset: number }>((resolve) => {
        window.print = () =>
          resolve({
            frames: document.querySelectorAll('.nb-frame[data-shown]').length,
            unset: document.querySelectorAll('.nb-math:not([data-set])').length,
          })
      }),
  )
  await page.keyboard.press('Control+p')
  expect(await printed).toEqual({ frames: 13, unset: 0 })
  for (const n of [0, 18, 36])
    await ana
      .output(n + 2)
      .frameLocator('iframe')
      .getByText(`table ${n}`)
      .waitFor()

  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  const seen = await page.evaluate(() => {
    const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)]
    const around =
      '.nb-foot, nb-controls, nb-insert, .nb-gutter button, .nb-output-tools, .nb-header nav, nb-people'
    const box = document.querySelector<HTMLElement>('nb-output[data-scrolled]')
    return {
      around: all(around).filter((element) => element.checkVisibility()).length,
      outputs: all('nb-output').filter((element) => element.offsetHeight > 0).length,
      isWhole: box !== null && box.scrollHeight <= box.clientHeight + 1,
      ink: getComputedStyle(document.body).color,
      breaks: [...new Set(all('nb-cell').map((cell) => getComputedStyle(cell).breakInside))],
    }
  })
  expect(seen).toEqual({
    around: 0,
    outputs: 39,
    isWhole: true,
    ink: 'rgb(34, 37, 42)',
    breaks: ['avoid'],
  })
  expect(ana.complaints).toEqual([])
})

test('a long cell begins on the page on which the one before it ends', async () => {
  const long = Array.from({ length: 60 }, (_, n) => `print(${n})`).join('\n')
  await app.meet([ana], notebookFile(['code', 'short = 1'], ['code', long], ['note', 'The end.']))
  const pdf = await ana.page.pdf({ format: 'A4' })
  expect(pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)).toHaveLength(2)
})
