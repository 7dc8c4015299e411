// Outputs larger than the window: a million lines, and a data frame that Python still has.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { polars } from '../support/polars.ts'
import { soon } from '../support/soon.ts'

const frames = `${polars}
class Frame(DataFrame):
    def _repr_html_(self):
        cells = lambda row: ''.join(f'<td>{value}</td>' for value in row)
        body = ''.join(f'<tr>{cells(row)}</tr>' for row in [*self.records[:3], ['…', '…'], *self.records[-2:]])
        return f'<table class="dataframe"><thead><tr><th>n</th><th>word</th></tr></thead><tbody>{body}</tbody></table>'
frame = Frame(['n', 'word'], [(n * 7 % 1000, f'word {n}') for n in range(1000)])
frame`

let app: App
let ana: Person
beforeAll(async () => {
  app = await App.start({
    'a.ipynb': notebookFile(['code', 'for n in range(1_000_000): print(n)'], ['code', frames]),
  })
  ana = await app.writer('a.ipynb')
  await ana.until('sync', 'saved')
})
afterAll(() => app.close())

test('a million lines show the first and last ones, scrolled or whole, and the file remembers which', async () => {
  await ana.run(1)
  await ana.cellIs(1, 'done')
  const output = ana.output(1)
  const lines = async (): Promise<string[]> =>
    (await output.innerText()).split('\n').filter((line) => /^\d+$/.test(line))
  await expect.poll(async () => (await lines()).at(-1), soon).toBe('999999')
  expect((await lines()).slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, n) => String(n)))
  await output.getByText(/^… 999,940 lines hidden/).waitFor()
  await output.getByRole('button', { name: 'Show more' }).click()
  await output.getByText(/^… 999,740 lines hidden/).waitFor()

  const isWhole = (): Promise<boolean> =>
    output.evaluate((region) => region.scrollHeight <= region.clientHeight + 1)
  const metadata = async (): Promise<unknown> =>
    (JSON.parse(await app.file('a.ipynb')) as { cells: { metadata: unknown }[] }).cells[0]?.metadata
  expect(await isWhole()).toBe(true)
  await ana.page.keyboard.press('Escape')
  await ana.page.keyboard.press('w')
  await expect.poll(isWhole, soon).toBe(false)
  await expect.poll(metadata, soon).toEqual({ scrolled: true })
  // Its own keys scroll it.
  await output.focus()
  await ana.page.keyboard.press('End')
  await expect.poll(() => output.evaluate((region) => region.scrollTop), soon).toBeGreaterThan(1_000)
  await output.hover()
  await output.getByRole('button', { name: 'Show the whole output' }).click()
  await expect.poll(isWhole, soon).toBe(true)
  await expect.poll(metadata, soon).toEqual({})
})

test('a data frame is sorted, filtered, paged and profiled in Python, or without it from the output', async () => {
  await ana.run(2)
  await ana.cellIs(2, 'done')
  const frame = ana.output(2).frameLocator('iframe')
  const cells = (column: number): Promise<string[]> =>
    frame.locator(`tbody td:nth-child(${column})`).allInnerTexts()
  const status = frame.getByRole('status')
  const sort = frame.getByRole('button', { name: 'n', exact: true })
  await expect.poll(() => cells(1), soon).toHaveLength(6)
  await frame.getByRole('button', { name: 'All rows' }).click()
  await expect.poll(() => status.innerText(), soon).toBe('Rows 1–50 of 1,000')
  const next = frame.getByRole('button', { name: 'Next rows' })
  // Until the frame is as high as its rows, what is below them moves.
  const isWithin = async (): Promise<boolean> => {
    const [inner, outer] = [await next.boundingBox(), await ana.output(2).locator('iframe').boundingBox()]
    return inner !== null && outer !== null && inner.y + inner.height <= outer.y + outer.height
  }
  await expect.poll(isWithin, soon).toBe(true)
  await next.click()
  await expect.poll(() => status.innerText(), soon).toBe('Rows 51–100 of 1,000')
  await sort.click()
  await expect.poll(() => cells(1), soon).toEqual(Array.from({ length: 50 }, (_, n) => String(n)))
  await frame.getByRole('searchbox', { name: 'Filter rows' }).fill('WORD 99')
  await expect.poll(() => status.innerText(), soon).toBe('Rows 1–11 of 11 of 1,000')
  await frame.getByRole('button', { name: 'Column profile' }).click()
  await frame.getByRole('caption').getByText('Of all 1,000 rows').waitFor()
  const row = frame.getByRole('row', { name: /^n Int64/ })
  expect(await row.locator('td').allInnerTexts()).toEqual(['Int64', '0', '0', '499.5', '999', ''])
  await row.getByRole('img', { name: /^Distribution of n from 0 to 999: \d+, / }).waitFor()
  await frame.getByRole('button', { name: 'Chart' }).click()
  await frame.getByRole('img', { name: /^n over the rows: from \d+ to 99\d$/ }).waitFor()

  // A page without Python has only the rows in the output.
  const ben = await app.writer('a.ipynb', { viewport: { width: 375, height: 700 } })
  await ben.output(2).scrollIntoViewIfNeeded()
  const his = ben.output(2).frameLocator('iframe')
  await his.getByRole('button', { name: 'n', exact: true }).click()
  expect(await his.locator('tbody td:nth-child(1)').allInnerTexts()).toEqual([
    '0',
    '7',
    '14',
    '986',
    '993',
    '…',
  ])
  expect(await his.getByRole('button', { name: 'All rows' }).count()).toBe(0)
  await his.getByRole('button', { name: 'Column profile' }).click()
  await his.getByRole('caption').getByText('Of the 5 rows that the output has').waitFor()
  await his.getByRole('searchbox', { name: 'Filter rows' }).fill('word 99')
  await expect.poll(() => his.getByRole('status').innerText(), soon).toBe('2 of 5 rows that the output has')
  expect(ben.complaints).toEqual([])
  await ben.context.close()

  // When Python ends, the frame says so.
  await ana.button('Restart kernel').click()
  await ana.button('Restart').click()
  await expect.poll(() => status.innerText(), soon).toMatch(/^Python has ended/)
  expect(ana.complaints).toEqual([])
})
