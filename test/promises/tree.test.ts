// Folders in the list are created, renamed, moved and dragged into; and the panes of a split view.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

const many = (name: string): string => notebookText(...Array.from({ length: 30 }, (_, i) => `${name} = ${i}`))

let app: App
let ana: Person
beforeAll(async () => {
  app = await App.start({
    'plot.ipynb': notebookText('open("data.csv")'),
    'work/a.ipynb': many('a'),
    'work/b.ipynb': many('b'),
    'work/data.csv': 'x',
    'later/c.ipynb': notebookText('c'),
  })
  ana = await app.writer('')
})
afterAll(() => app.close())

const link = (name: string) => ana.page.getByRole('link', { name, exact: true })
const folder = (path: string) => ana.page.locator(`[data-folder="${path}"]`)
const paths = (): Promise<string[]> =>
  ana.page
    .locator('[data-path], [data-folder]')
    .evaluateAll((rows) =>
      rows.map((row) => (row as HTMLElement).dataset['path'] ?? `${(row as HTMLElement).dataset['folder']}/`),
    )

test('dragging moves a notebook or folder, an open page follows, and Undo moves it back', async () => {
  const ben = await app.writer('plot.ipynb')
  await ben.until('sync', 'saved')
  await link('plot').dragTo(folder('work'))
  await ana.page.getByText('plot.ipynb is now work/plot.ipynb.').waitFor()
  await expect.poll(() => ben.page.locator('.nb-header h1').innerText(), soon).toBe('work / plot')
  await ben.type(1, ' # ben')
  await ben.until('sync', 'saved')
  await expect.poll(() => app.file('work/plot.ipynb'), soon).toContain('# ben')
  await ana.button('Undo').click()
  await expect.poll(() => ben.page.locator('.nb-header h1').innerText(), soon).toBe('plot')
  await folder('later').dragTo(folder('work'))
  await expect
    .poll(paths, soon)
    .toEqual(['work/', 'work/later/', 'work/later/c.ipynb', 'work/a.ipynb', 'work/b.ipynb', 'plot.ipynb'])
  // A folder cannot be moved into itself.
  await folder('work').dragTo(folder('work/later'))
  await link('work/later/c').dragTo(link('plot'))
  await expect.poll(() => app.file('c.ipynb'), soon).toContain('"c"')
  expect(ben.complaints).toEqual([])
  await ben.context.close()
})

test('folders are created, renamed with the notebooks open from them, and deleted if empty, by keyboard', async () => {
  const ben = await app.writer('work/a.ipynb')
  await ben.until('sync', 'saved')
  await ana.button('New folder').click()
  const field = ana.page.getByRole('textbox', { name: 'New name of New folder' })
  await field.waitFor()
  await expect.poll(() => field.evaluate((each) => each === document.activeElement), soon).toBe(true)
  await ana.page.keyboard.type('archive')
  await ana.page.keyboard.press('Enter')
  await folder('archive').waitFor()
  await folder('work').focus()
  await ana.page.keyboard.press('F2')
  await ana.page.getByRole('textbox', { name: 'New name of work' }).and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type('archive/2026')
  await ana.page.keyboard.press('Enter')
  await expect.poll(() => ben.page.locator('.nb-header h1').innerText(), soon).toBe('archive / 2026 / a')
  expect(await app.file('archive/2026/data.csv')).toBe('x')
  await folder('archive/2026/later').focus()
  await ana.page.keyboard.press('Delete')
  await expect.poll(() => folder('archive/2026/later').count(), soon).toBe(0)
  await folder('archive').focus()
  await ana.page.keyboard.press('Delete')
  await ana.page
    .getByRole('alert')
    .filter({ hasText: 'archive was not deleted: archive is not empty.' })
    .waitFor()
  expect(ana.complaints).toEqual([])
  await ben.context.close()
})

test.each([1100, 820, 375])('asking before a deletion moves nothing in the list, at %d px', async (width) => {
  await app.create('zebra.ipynb', notebookText('# not its name'))
  const ben = await app.writer('', { viewport: { width, height: 700 } })
  const link = ben.page.getByRole('link', { name: 'zebra', exact: true })
  await link.waitFor()
  const places = (): Promise<unknown> =>
    ben.page
      .locator('.nb-tree-row')
      .evaluateAll((rows) =>
        rows.map((row) => [
          row.getBoundingClientRect().height,
          ...[...row.querySelectorAll('a, .nb-heading, .nb-when')].map(
            (each) => each.getBoundingClientRect().left,
          ),
        ]),
      )
  const before = await places()
  await link.press('Delete')
  await ben.button('Delete').and(ben.page.locator(':focus')).waitFor()
  expect(await places()).toEqual(before)
  await ben.button('Cancel').click()
  await link.and(ben.page.locator(':focus')).waitFor()
  // By the arrow keys, too.
  await link.press('Delete')
  await link.press('ArrowRight')
  await ben.press('Enter')
  await link.waitFor({ state: 'detached' })
  expect(ben.complaints).toEqual([])
  await ben.context.close()
})

test('of two notebooks side by side only the one in which a cell is dragged scrolls', async () => {
  await ana.page.setViewportSize({ width: 1300, height: 700 })
  await ana.page.goto(
    `${app.origin}/notebook/archive/2026/a.ipynb?tab=archive/2026/a.ipynb&tab=archive/2026/b.ipynb&beside=archive/2026/b.ipynb`,
  )
  const half = (name: RegExp) =>
    ana.page.locator('nb-page:not([hidden])').filter({ has: ana.page.locator('h1', { hasText: name }) })
  const right = half(/ b\s*$/)
  await right.locator('nb-cell').nth(29).waitFor({ state: 'attached' })
  await expect.poll(() => right.getAttribute('data-active'), soon).toBeNull()
  const { mouse } = ana.page
  await right.locator('nb-cell').first().hover()
  await right.locator('nb-cell').first().locator('.nb-grip').hover()
  await mouse.down()
  const main = await right.locator('main').boundingBox()
  if (main === null) throw new Error('there is no pane')
  await mouse.move(main.x + 100, main.y + main.height - 12, { steps: 4 })
  const last = right.locator('nb-cell').nth(29)
  await expect
    .poll(() => last.evaluate((cell) => cell.getBoundingClientRect().bottom < innerHeight), soon)
    .toBe(true)
  await mouse.move(main.x + 100, main.y + main.height - 8)
  await mouse.up()
  const ofRight = async (): Promise<readonly string[]> =>
    (await shownSources(ana)).filter((source) => source.startsWith('b')).slice(-2)
  await expect.poll(ofRight, soon).toEqual(['b = 29', 'b = 0'])
  expect(
    await half(/ a\s*$/)
      .locator('main')
      .evaluate(({ scrollTop }) => scrollTop),
  ).toBe(0)
  expect(ana.complaints).toEqual([])
})

test('the address of a folder shows it in the list, Jupyter’s too', async () => {
  await app.create('at/here/d.ipynb', notebookText('d'))
  const ben = await app.writer('')
  await ben.page.goto(`${app.origin}/tree/at/here`)
  await ben.page.locator('[data-folder="at/here"]:focus').waitFor()
  expect(new URL(ben.page.url()).search).toBe('?folder=at/here')
  await ben.page.goto(`${app.origin}/lab/tree/nowhere`)
  await ben.page.getByRole('alert').filter({ hasText: 'There is no folder nowhere.' }).waitFor()
  await writeFile(join(app.folder, 'e.csv'), 'x')
  await ben.page.goto(`${app.origin}/lab/tree/e.csv`)
  await ben.page.getByRole('alert').filter({ hasText: 'e.csv is not a notebook' }).waitFor()
  await ben.page.goto(`${app.origin}/nothing/here`)
  await ben.page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor()
  await ben.page.getByRole('link', { name: 'All notebooks' }).click()
  await ben.page.waitForURL(`${app.origin}/`)
  await ben.page.locator('[data-folder="at/here"]').waitFor()
})
