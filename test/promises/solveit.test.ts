// Notebooks of Solveit and the older LLM Notebook are read as what they are, and written back in the form they came in.
import { afterEach, expect, test } from 'vitest'
import { App, patience } from '../support/app.ts'

const soon = { timeout: patience }
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
/** The keys sorted, one space, raw UTF-8 and a line end, as Solveit writes. */
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

test('tool calls, usage and thinking of a reply are shown as what they are, flags work, the form stays', async () => {
  app = await App.start({ 'a.ipynb': file(true) })
  const ana = await app.writer('a.ipynb')
  await ana.until('file', 'written')
  const shown = ana.reply(2)
  await shown.getByText('The model thought about it.').waitFor()
  await shown.locator('strong', { hasText: '3' }).waitFor()
  await shown.getByText('Usage: input tokens 12').waitFor()
  expect(await shown.innerText()).not.toContain('<details')
  const tool = shown.locator('details', { hasText: 'add(a=1, b=2)' })
  expect(await tool.locator('pre').isVisible()).toBe(false)
  await tool.locator('summary').click()
  expect(await tool.locator('pre').innerText()).toBe('3')

  // The cell that Solveit hid is hidden; shown to the model, the flag is gone from the file and nothing else changed.
  const flag = ana.cell(1).getByRole('button', { name: /^Hidden from the model/ })
  await flag.click()
  await flag.waitFor({ state: 'detached' })
  await expect.poll(() => app?.file('a.ipynb'), soon).toBe(file(false))
  await ana.cell(1).hover()
  await ana.cell(1).getByRole('combobox', { name: 'Cell options' }).selectOption('skipped')
  await expect.poll(() => app?.file('a.ipynb'), soon).toBe(file(true))

  // Folded by key, and by key again.
  await ana.cell(2).focus()
  await ana.page.keyboard.press('o')
  await shown.waitFor({ state: 'detached' })
  await ana.page.keyboard.press('o')
  await shown.waitFor()
  await ana.page.keyboard.press('c')
  await ana.cell(2).locator('nb-source[data-hidden]').waitFor({ state: 'attached' })
  await ana
    .cell(2)
    .getByRole('button', { name: /^Source folded/ })
    .waitFor()
  await ana.page.keyboard.press('Enter')
  await ana.cell(2).locator('nb-source:not([data-hidden])').waitFor()
  expect(ana.complaints).toEqual([])
})
