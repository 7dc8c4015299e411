// Notebooks of Solveit and of older versions are displayed correctly and written back in their own form.
import { afterEach, expect, test } from 'vitest'
import { App } from '../support/app.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

const call = { id: 'toolu_1', call: { function: 'add', arguments: { a: '1', b: '2' } }, result: '3' }
const reply = [
  '🧠🧠🧠',
  '',
  'Let me add.',
  '',
  "<details class='tool-usage-details'>",
  '<summary>add(a=1, b=2)</summary>',
  '',
  '```json',
  JSON.stringify(call, null, 2),
  '```',
  '',
  '</details>',
  '',
  'It is **3**.',
  '',
  '```json {.usage}',
  '{"input_tokens": 12}',
  '```',
].join('\n')
const source = `What is 1 + 2?\n\n##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->\n\n${reply}`
/** Sorted keys, one space, raw UTF-8 and a final newline, as Solveit writes. */
const file = (skipped: boolean): string =>
  `${JSON.stringify(
    {
      cells: [
        {
          cell_type: 'code',
          execution_count: null,
          id: '0a1b2c3d',
          metadata: skipped ? { skipped: true } : {},
          outputs: [],
          source: ['secret = 1'],
        },
        {
          cell_type: 'markdown',
          id: '4e5f6a7b',
          metadata: { solveit_ai: true },
          source: source.split(/(?<=\n)/),
        },
      ],
      metadata: { solveit_dialog_mode: 'learning', solveit_ver: 2 },
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  )}\n`

test('a Solveit reply shows tool calls, usage and thinking, its flags work, and its form is kept', async () => {
  app = await App.start({ 'a.ipynb': file(true) })
  const ana = await app.writer('a.ipynb')
  await ana.until('file', 'written')
  const shown = ana.reply(2)
  await shown.getByText('The model was thinking.').waitFor()
  await shown.locator('strong', { hasText: '3' }).waitFor()
  await shown.getByText('Usage: input tokens 12').waitFor()
  expect(await shown.innerText()).not.toContain('<details')
  const tool = shown.locator('details', { hasText: 'add(a=1, b=2)' })
  expect(await tool.locator('pre').isVisible()).toBe(false)
  await tool.locator('summary').click()
  expect(await tool.locator('pre').innerText()).toBe('3')

  // The cell hidden by Solveit is hidden; shown to the model again, only its flag disappears from the file.
  const flag = ana.cell(1).getByRole('button', { name: /^Hidden from the model/ })
  await flag.click()
  await flag.waitFor({ state: 'detached' })
  await expect.poll(() => app?.file('a.ipynb'), soon).toBe(file(false))
  await ana.cell(1).hover()
  await ana.cell(1).getByRole('combobox', { name: 'Cell options' }).selectOption('skipped')
  await expect.poll(() => app?.file('a.ipynb'), soon).toBe(file(true))

  // Collapsed by a key, and expanded by the same key.
  await ana.cell(2).focus()
  await ana.page.keyboard.press('o')
  await shown.waitFor({ state: 'detached' })
  await ana.page.keyboard.press('o')
  await shown.waitFor()
  await ana.page.keyboard.press('Shift+O')
  await ana.cell(2).locator('nb-source[data-hidden]').waitFor({ state: 'attached' })
  await ana
    .cell(2)
    .getByRole('button', { name: /^Source collapsed/ })
    .waitFor()
  await ana.page.keyboard.press('Enter')
  await ana.cell(2).locator('nb-source:not([data-hidden])').waitFor()
  expect(ana.complaints).toEqual([])
})

test('Solveit’s collapsed sections, bookmarks, hidden sources and thinking prompts work', async () => {
  const meta = (value: object): object => ({ metadata: value })
  const cell = (id: string, cell_type: string, text: string, other: object = {}): object => ({
    cell_type,
    id,
    metadata: {},
    source: [text],
    ...(cell_type === 'code' ? { execution_count: null, outputs: [] } : {}),
    ...other,
  })
  const printed = { name: 'stdout', output_type: 'stream', text: ['printed\n'] }
  const notebook = (cells: readonly object[]): string =>
    `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`
  app = await App.start({
    'a.ipynb': notebook([
      cell('aaaaaaa1', 'markdown', '# One', meta({ heading_collapsed: true })),
      cell('aaaaaaa2', 'code', 'inside = 1', meta({ bookmark: 3 })),
      cell('aaaaaaa3', 'markdown', '# Two'),
      cell('aaaaaaa4', 'code', 'hidden = 1', {
        ...meta({ hide_input: true, is_exported: true }),
        outputs: [printed],
      }),
      cell('aaaaaaa5', 'markdown', 'Why?', meta({ solveit_ai: true, use_thinking: true })),
    ]),
  })
  const ana = await app.writer('a.ipynb')
  await ana.until('file', 'written')
  const section = ana.cell(1).getByRole('button', { name: /^Section collapsed/ })
  await section.waitFor()
  expect(await ana.cell(2).isVisible()).toBe(false)
  await ana.cell(4).locator('nb-source[data-hidden]').waitFor({ state: 'attached' })
  await ana.output(4).getByText('printed').waitFor()
  await ana
    .cell(4)
    .getByRole('button', { name: /^Exported/ })
    .waitFor()

  // Arrow keys skip hidden cells; going to a bookmark opens its section.
  await ana.cell(1).focus()
  await ana.page.keyboard.press('ArrowDown')
  await ana.page.locator('nb-cell:nth-of-type(3)[data-selected]').waitFor()
  await ana.page.keyboard.press('g')
  await ana.page.keyboard.press('3')
  await ana.page.locator('nb-cell:nth-of-type(2)[data-selected]').waitFor()
  expect(await ana.cell(2).isVisible()).toBe(true)
  await section.waitFor({ state: 'detached' })

  await ana.cell(3).hover()
  await ana.cell(3).getByRole('combobox', { name: 'Cell options' }).selectOption('heading_collapsed')
  await ana.cell(4).waitFor({ state: 'hidden' })
  await ana
    .cell(3)
    .getByRole('button', { name: /^Section collapsed/ })
    .click()
  await ana.cell(4).waitFor()

  await ana.run(5)
  await ana.cellIs(5, 'done')
  await ana.cell(5).getByText('A mock does not think').waitFor({ state: 'attached' })
  const cells = [
    cell('aaaaaaa1', 'markdown', '# One'),
    cell('aaaaaaa2', 'code', 'inside = 1', meta({ bookmark: 3 })),
  ]
  await expect
    .poll(
      async () => (JSON.parse((await app?.file('a.ipynb')) ?? '') as { cells: object[] }).cells.slice(0, 2),
      soon,
    )
    .toEqual(cells)
  expect(ana.complaints).toEqual([])
})
