// The page stays where the person looks: undo shows the line it changed, leaving a tall cell does not scroll,
// Back and a reload return to the same cell, and links in notes work.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { focusOf } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
const lines = (count: number): string => Array.from({ length: count }, (_, i) => `x${i} = ${i}`).join('\n')
const many = Array.from({ length: 60 }, (_, i): CellSketch => ['code', `cell = ${i}\n# more\n# lines`])
const done = { run: null, count: 1, status: 'done', reply: null, thinking: null, calls: [] } as const
const places = {
  output_type: 'display_data',
  metadata: {},
  data: { 'text/html': '<a href="#there">down</a><p style="height: 3000px"></p><p id="there">here</p>' },
}

beforeAll(async () => {
  app = await App.start({
    'tall.ipynb': notebookFile(['code', lines(300)], ['code', 'below = 1']),
    'growing.ipynb': notebookFile(
      ['code', 'import time\nfor i in range(25):\n    print("line", i)\n    time.sleep(0.1)'],
      ['code', 'between'],
      ['code', ''],
      ...many,
    ),
    'places.ipynb': notebookFile([
      'code',
      'x',
      { result: { ...done, outputs: [{ live: false, leaf: places }] } },
    ]),
    'many.ipynb': notebookFile(...many),
    'short.ipynb': notebookFile(
      ...many.map((_, i): CellSketch => ['code', `x = ${i}`, { result: { ...done, outputs: [] } }]),
    ),
    'reply.ipynb': notebookFile(['prompt', 'mock: slow 5000'], ...many),
    'folder/a b.csv': 'x,y\n',
    'folder/links.ipynb': notebookFile(
      [
        'note',
        '[down](#The-End) [other](../many.ipynb) [away](../../api/x.ipynb) [nowhere](#none) [data](a%20b.csv) by $\\eqref{eq:far}$',
      ],
      ...many,
      ['note', '## The End'],
      ['note', '$$ a = b \\tag{7}\\label{eq:far} $$'],
      ['note', 'שלום עולם\n\nand English'],
    ),
  })
  ana = await app.writer('')
})
afterAll(() => app.close())

const open = async (path: string): Promise<void> => {
  // From another page: opening the same URL again would be a reload.
  await ana.page.goto('about:blank')
  await ana.page.goto(`${app.origin}/notebook/${path}`)
  await ana.until('sync', 'saved')
}
const scrolled = (): Promise<number> => ana.page.evaluate(() => Math.round(scrollY))
/** Whether the first line that begins with this text is between the header and the status line. */
const lineIsSeen = (text: string): Promise<boolean> =>
  ana.page.evaluate((wanted) => {
    const all = [...document.querySelectorAll('.cm-line')]
    const box = all.find((line) => line.textContent.startsWith(wanted))?.getBoundingClientRect()
    return box !== undefined && box.top > 50 && box.bottom < innerHeight - 25
  }, text)

test('undo and redo show the line that they change', async () => {
  await open('tall.ipynb')
  await ana.type(1, '1')
  await ana.press('Control+z')
  await expect.poll(() => lineIsSeen('x299'), soon).toBe(true)
  for (const key of ['Control+Shift+z', 'Control+z', 'Control+Shift+z']) {
    await ana.press('Control+Home')
    await expect.poll(() => lineIsSeen('x0 '), soon).toBe(true)
    await ana.press(key)
    await expect.poll(() => lineIsSeen('x299'), soon).toBe(true)
  }
  // The caret is at the change, whatever others edited.
  await ana.page.keyboard.type('!')
  await expect.poll(() => lineIsSeen('x299 = 2991!'), soon).toBe(true)
  await ana.press('Control+z', 'Control+z')
  // In command mode, too.
  await ana.press('Control+Home', 'Escape')
  await ana.press('Shift+z')
  await expect.poll(() => lineIsSeen('x299 = 2991'), soon).toBe(true)
  expect(await focusOf(ana)).toBe('cell 1')
  expect(ana.complaints).toEqual([])
})

test('a short cell that was run is as high before its buttons come as afterwards', async () => {
  await open('short.ipynb')
  await ana.cell(60).evaluate((cell) => cell.scrollIntoView())
  const heights = await ana.page.evaluate(async () => {
    const cells = [...document.querySelectorAll('nb-cell')].slice(-9, -1)
    const seen = new Map<boolean, Set<number>>()
    const areComplete = (): boolean => cells.every((cell) => cell.querySelector('.nb-run') !== null)
    for (let isLast = false; !isLast; isLast = areComplete()) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      for (const cell of cells)
        if (cell.querySelector('.nb-gutter') !== null) {
          const isComplete = cell.querySelector('.nb-run') !== null
          const height = Math.round(cell.getBoundingClientRect().height)
          seen.set(isComplete, (seen.get(isComplete) ?? new Set()).add(height))
        }
    }
    return { before: [...(seen.get(false) ?? [])], after: [...(seen.get(true) ?? [])] }
  })
  expect(heights.before).toHaveLength(1)
  expect(heights.after).toEqual(heights.before)
})

test('leaving a tall cell or running it does not move the page', async () => {
  await open('tall.ipynb')
  await expect.poll(() => lineIsSeen('x0 '), soon).toBe(true)
  await ana.page.evaluate(() => scrollTo(0, 2_600))
  await expect.poll(() => lineIsSeen('x145'), soon).toBe(true)
  await ana.cell(1).getByText('x145').click()
  const before = await scrolled()
  await ana.press('Escape')
  await expect.poll(() => focusOf(ana), soon).toBe('cell 1')
  expect(await scrolled()).toBe(before)
  await ana.press('Enter', 'Control+Enter')
  await ana.cellIs(1, 'done')
  expect(await scrolled()).toBe(before)
})

test('a reply that grows above the viewport does not move what is in view', async () => {
  await open('reply.ipynb')
  await ana.cell(1).getByRole('button', { name: 'Run cell' }).click()
  await expect.poll(() => ana.reply(1).textContent(), soon).toContain('word5 ')
  await ana.cell(8).evaluate((cell) => cell.scrollIntoView({ block: 'start' }))
  const seen = await ana.page.evaluate(async () => {
    const [first, , , , , , , eighth] = document.querySelectorAll('nb-cell')
    const tops = new Set<number>()
    const length = (): number => first?.querySelector('.nb-reply-text')?.textContent.length ?? 0
    const before = length()
    while (first?.getAttribute('data-status') === 'running' && length() <= before + 500) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      tops.add(Math.round(eighth?.getBoundingClientRect().top ?? NaN))
    }
    return {
      tops: [...tops],
      grown: length() - before,
      isAbove: (first?.getBoundingClientRect().bottom ?? 0) < 0,
    }
  })
  expect(seen.grown).toBeGreaterThan(500)
  expect(seen.isAbove).toBe(true)
  expect(Math.max(...seen.tops) - Math.min(...seen.tops)).toBeLessThanOrEqual(1)
})

test('a line that one writes stays where it is while an output above it, in sight, grows', async () => {
  await open('growing.ipynb')
  await ana.into(1)
  await ana.press('Control+Enter')
  await expect.poll(() => ana.output(1).textContent(), soon).toContain('line 2')
  await ana.into(3)
  const top = (): Promise<number> => ana.source(3).evaluate((text) => text.getBoundingClientRect().top)
  const before = await top()
  await ana.page.keyboard.type('written', { delay: 100 })
  await expect.poll(() => ana.output(1).textContent(), soon).toContain('line 12')
  expect(Math.abs((await top()) - before)).toBeLessThan(2)
  await ana.cellIs(1, 'done')
  expect(Math.abs((await top()) - before)).toBeLessThan(2)
})

test('a link to a place within an output goes there', async () => {
  await open('places.ipynb')
  const frame = ana.output(1).frameLocator('iframe')
  await frame.getByRole('link', { name: 'down' }).click()
  await expect.poll(() => scrolled(), soon).toBeGreaterThan(1_000)
})

test('a link of a formula goes to the formula, and one to a file downloads it', async () => {
  await open('folder/links.ipynb')
  const note = ana.cell(1).locator('nb-markdown')
  const download = ana.page.waitForEvent('download')
  await note.getByRole('link', { name: 'data' }).click()
  expect(await readFile(await (await download).path(), 'utf8')).toBe('x,y\n')
  await note.locator('mjx-container a').click()
  const formula = ana.cell(63).locator('mjx-container')
  const top = (): Promise<number> => formula.evaluate((element) => element.getBoundingClientRect().top)
  await expect.poll(async () => (await top()) > 50 && (await top()) < 800, soon).toBe(true)
})

test('Back and a reload return to the same place, and links in notes go to headings and notebooks', async () => {
  await open('folder/links.ipynb')
  const note = ana.cell(1).locator('nb-markdown')
  expect(await note.getByText('away').getAttribute('href')).toBe(null)
  await note.getByRole('link', { name: 'nowhere' }).click()
  await ana.page.getByRole('alert').getByText('no such heading').waitFor()
  await note.getByRole('link', { name: 'down' }).click()
  const heading = ana.page.getByRole('heading', { name: 'The End' })
  const top = (): Promise<number> => heading.evaluate((element) => element.getBoundingClientRect().top)
  await expect.poll(async () => (await top()) > 50 && (await top()) < 800, soon).toBe(true)
  const direction = (text: string): Promise<string> =>
    ana.page
      .locator('nb-markdown')
      .getByText(text)
      .evaluate((element) => getComputedStyle(element).direction)
  expect(await direction('שלום עולם')).toBe('rtl')
  expect(await direction('and English')).toBe('ltr')

  await ana.page.goBack()
  await note.getByRole('link', { name: 'other' }).waitFor()
  await expect.poll(() => scrolled(), soon).toBeLessThan(100)
  await note.getByRole('link', { name: 'other' }).click()
  await ana.page.locator('nb-cell').nth(59).waitFor({ state: 'attached' })
  expect(new URL(ana.page.url()).pathname).toBe('/notebook/many.ipynb')
  await ana.cell(30).scrollIntoViewIfNeeded()
  const first = (): Promise<[string | undefined, number] | null> =>
    ana.page.evaluate(() => {
      const cells = [...document.querySelectorAll<HTMLElement>('nb-cell')]
      const cell = cells.find((each) => each.getBoundingClientRect().bottom > 84)
      return cell === undefined
        ? null
        : [cell.dataset['cellId'], Math.round(cell.getBoundingClientRect().top)]
    })
  await expect.poll(() => scrolled(), soon).toBeGreaterThan(1_000)
  // Waits until the layout has settled.
  let seen = await first()
  await expect
    .poll(async () => JSON.stringify(seen) === JSON.stringify((seen = await first())), soon)
    .toBe(true)
  // To within some pixels: what is above may be laid out differently.
  const isThere = async (): Promise<boolean> => {
    const [now, was] = [await first(), seen]
    return now !== null && was !== null && now[0] === was[0] && Math.abs(now[1] - was[1]) < 12
  }
  await ana.page.reload()
  await expect.poll(isThere, soon).toBe(true)
  await ana.page.goBack()
  await note.getByRole('link', { name: 'other' }).waitFor()
  await ana.page.goForward()
  await expect.poll(isThere, soon).toBe(true)
  expect(ana.complaints).toEqual([])
})
