// A slider made by Python moves for everyone, and charts are drawn, without loading anything from elsewhere.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Leaf, Result } from '../../shared/notebook/notebook.ts'
import { App, patience, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { sliderCode } from '../support/slider.ts'
import { soon } from '../support/soon.ts'

const remote = 'display(Slider(1, "import d3 from \'https://esm.sh/d3\'; export default { render() {} }"))'

const shows = (...outputs: { readonly [mime: string]: Leaf }[]): { readonly result: Result } => ({
  result: {
    run: null,
    count: 1,
    status: 'done',
    outputs: outputs.map((data) => ({
      live: false,
      leaf: { output_type: 'display_data', data, metadata: {} },
    })),
    reply: null,
    thinking: null,
    calls: [],
  },
})
const bar = { data: { values: [{ a: 'x', b: 1 }] }, mark: 'bar', encoding: { x: { field: 'a' } } }
const table =
  '<table class="dataframe"><thead><tr><th></th><th>n</th></tr></thead><tbody><tr><th>a</th><td>10</td></tr><tr><th>b</th><td>NaN</td></tr><tr><th>c</th><td>9</td></tr></tbody></table>'

let app: App
let ana: Person
let ben: Person
beforeAll(async () => {
  app = await App.start({
    'w.ipynb': notebookFile(
      ['code', sliderCode],
      ['code', 'slider.value'],
      ['code', `slider.set(12)\n${remote}`],
      [
        'code',
        'charts',
        shows(
          { 'application/vnd.plotly.v1+json': { data: [{ y: [1, 3, 2] }], layout: {} } },
          {
            'application/vnd.vegalite.v5+json': bar,
            'text/html': '<script src="https://cdn.example/"></script>',
          },
          { 'text/html': '<iframe src="https://frame.example/page"></iframe>' },
          { 'text/html': table },
        ),
      ],
    ),
  })
  ana = await app.writer('w.ipynb')
  // Stored for offline use, including the chart libraries once they were used.
  ben = await app.person('w.ipynb')
})
afterAll(() => app.close())

const slider = (person: Person) => person.output(1).frameLocator('iframe').locator('input')
const stands = (person: Person) => slider(person).inputValue()

test('a slider moved by one person moves for everyone, and in Python', async () => {
  for (const person of [ana, ben]) await person.until('sync', 'saved')
  await ana.run(1)
  for (const person of [ana, ben]) await expect.poll(() => stands(person), soon).toBe('30')

  await slider(ben).fill('77')
  await expect.poll(() => stands(ana), soon).toBe('77')
  await ana.run(2)
  await ana.cellIs(2, 'done')
  expect(await ana.output(2).innerText()).toContain('77')

  await ana.run(3)
  await ana.cellIs(3, 'done')
  for (const person of [ana, ben]) await expect.poll(() => stands(person), soon).toBe('12')
  const missing = ben.output(3).frameLocator('iframe').getByRole('note')
  await expect.poll(() => missing.innerText(), soon).toContain('it imports https://esm.sh/d3')

  // Also for a person who opens the notebook when nobody's Python is there.
  await ben.until('sync', 'saved')
  await ana.context.close()
  await ben.page.reload()
  await expect.poll(() => stands(ben), soon).toBe('12')
  const carl = await app.writer('w.ipynb')
  await expect.poll(() => stands(carl), soon).toBe('12')
  await slider(carl).fill('50')
  await expect.poll(() => stands(ben), soon).toBe('50')
  // The browser logs what the frame was refused.
  expect(carl.complaints.filter((said) => !said.includes('esm.sh'))).toEqual([])
  await carl.context.close()
})

test('charts are drawn in frames with libraries from the relay, and again offline', async () => {
  const item = (nth: number) => ben.output(4).locator('.nb-output-item').nth(nth).frameLocator('iframe')
  const drawn = async (): Promise<void> => {
    await ben.cell(4).scrollIntoViewIfNeeded()
    await item(0).locator('.main-svg .scatterlayer path.js-line').waitFor()
    await item(1).locator('svg .mark-rect path').waitFor()
  }
  await drawn()
  await item(2).getByText('Page of frame.example · not loaded').waitFor()
  await item(3).getByRole('button', { name: 'n', exact: true }).click()
  const column = (): Promise<string[]> => item(3).locator('tbody td').allInnerTexts()
  await expect.poll(column, soon).toEqual(['9', '10', 'NaN'])
  await item(3).getByRole('button', { name: 'n', exact: true }).click()
  await expect.poll(column, soon).toEqual(['10', '9', 'NaN'])

  const saved = ben.page.waitForEvent('download')
  await ben
    .output(4)
    .locator('.nb-output-item')
    .nth(0)
    .getByRole('button', { name: 'Download output' })
    .click()
  expect((await saved).suggestedFilename()).toBe('output-of-cell-4.json')

  const libraries = (): Promise<number> =>
    ben.page.evaluate(async () => (await (await caches.open('libraries')).keys()).length)
  await expect.poll(libraries, { timeout: patience }).toBe(4)
  await app.stopRelay()
  await ben.page.reload()
  await drawn()
})
