// A setting takes effect at once, in every tab of the browser, and after a reload; every key can be changed.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { notebookText } from '../support/relay.ts'
import { expectSources, expectFocus } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start({
    'a.ipynb': notebookFile(['code', 'a = 1\nb = 2'], ['code', 'c = 3']),
    'keys.ipynb': notebookFile(['code', 'a = 1'], ['code', 'b = 2'], ['code', 'c = 3']),
  })
})
afterAll(() => app.close())

test('settings take effect at once in every tab, and are remembered', async () => {
  const ana = await app.writer('a.ipynb', app.returning('Ana', '#b3261e'))
  await ana.source(1).waitFor()
  const other = await app.tab(ana.context, '')
  await other.page.getByRole('link', { name: 'Settings' }).click()
  await other.page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
  expect(new URL(other.page.url()).pathname).toBe('/settings')
  const setting = (name: string) => other.page.getByLabel(name, { exact: true })
  await setting('Theme').selectOption('Dark')
  await ana.page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' })
  await setting('Line numbers').check()
  const numbers = ana.cell(1).locator(':is(.cm-lineNumbers, .nb-line-number)')
  await numbers.first().waitFor({ state: 'attached' })
  await setting('Code font size').selectOption('20 px')
  const size = (): Promise<string> =>
    ana.source(1).evaluate((source) => getComputedStyle(source).getPropertyValue('font-size'))
  await expect.poll(size, soon).toBe('20px')
  await setting('Indentation').selectOption('2 spaces')
  expect(await setting('Name').inputValue()).toBe('Ana')
  await setting('Name').fill('Ana Maria')
  await other.press('Enter')
  await ana.page.getByRole('list', { name: 'People' }).getByText('Ana Maria (you)').waitFor()
  // Two spaces at once, in an editor that was already open.
  await ana.into(2)
  await ana.press('Home', 'Tab')
  await expectSources(ana, 'a = 1\nb = 2', '  c = 3')
  await other.page.reload()
  await expect.poll(() => setting('Theme').inputValue(), soon).toBe('dark')
  expect(await setting('Line numbers').isChecked()).toBe(true)
  expect([...ana.complaints, ...other.complaints]).toEqual([])
  await ana.context.close()
})

test('Vim’s keys in the editor and Colab’s chords can be chosen', async () => {
  await app.create('vim.ipynb', notebookText('a = 1\nb = 2', 'c = 3'))
  const ana = await app.writer('vim.ipynb')
  await ana.source(1).waitFor()
  await ana.press('Control+,')
  await ana.page.getByLabel('Editor keys').selectOption('Vim')
  await ana.page.getByLabel('Notebook keys').selectOption('JupyterLab with Colab’s Ctrl+M chords')
  await ana.press('Escape')
  await ana.into(2)
  await ana.cell(2).locator('.cm-fat-cursor').first().waitFor()
  // Undo is the document's, and Escape leaves Vim's insert mode before it leaves the source.
  await ana.press('0', 'x', 'i', 'z', 'Escape')
  await expectSources(ana, 'a = 1\nb = 2', 'z = 3')
  // One undo step or two, depending on how fast the keys arrive.
  await ana.press('u', 'u', 'k')
  await expectSources(ana, 'a = 1\nb = 2', 'c = 3')
  await expectFocus(ana, 'source of cell 1')
  await ana.press('g', 'g', 'd', 'd', 'j', 'p', 'Escape')
  await expectFocus(ana, 'cell 2')
  await expectSources(ana, 'b = 2', 'c = 3\na = 1')
  await ana.press('Control+m', 'k')
  await expectSources(ana, 'c = 3\na = 1', 'b = 2')
  await ana.into(1)
  await ana.press('Control+m', 'b')
  await expectSources(ana, 'c = 3\na = 1', '', 'b = 2')
  await ana.until('sync', 'saved')
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

test('a key is changed by keyboard alone, conflicts are reported, tooltips follow, and all can be reset', async () => {
  const ana = await app.writer('keys.ipynb', { viewport: { width: 375, height: 700 } })
  await ana.into(2)
  await ana.press('Escape', 'Control+,')
  const panel = ana.page.getByRole('complementary', { name: 'Settings' })
  await panel.waitFor()
  const inCommand = panel.getByRole('list', { name: 'Keys, command mode' })
  const inEdit = panel.getByRole('list', { name: 'Keys, edit mode' })
  const adding = async (where: typeof inCommand, title: string, key: string): Promise<void> => {
    await where.getByRole('button', { name: `Add keys for ${title}`, exact: true }).press('Enter')
    await panel.getByPlaceholder('Press the new keys').press(key)
  }
  await adding(inCommand, 'Insert cell below', 'q')
  await ana.press('Enter')
  // In edit mode a letter types text.
  await adding(inEdit, 'Insert cell below', 'q')
  await panel.getByText('types text').waitFor()
  await ana.press('Enter', 'Escape')
  // The beginning of a key sequence that another command has.
  await adding(inCommand, 'Copy cell', 'd')
  await panel.getByText('D D is “Delete cell”, which begins with it.').waitFor()
  expect(await ana.page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
  expect(await panel.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
  await panel.getByRole('button', { name: 'Use here' }).press('Enter')
  await expect
    .poll(() => ana.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), soon)
    .toBe('Add keys for Copy cell')
  await ana.press('Escape')
  await expectFocus(ana, 'cell 2')

  const title = (name: string): Promise<string | null> =>
    ana.cell(2).locator(`[aria-label="${name}"]`).first().getAttribute('title')
  expect([await title('Delete cell'), await title('Run cell')]).toEqual([
    'Delete cell',
    'Run cell (Ctrl+Enter)',
  ])
  await ana.press('d', 'd', 'q')
  await expectSources(ana, 'a = 1', 'b = 2', '', 'c = 3')
  await ana.press('h')
  const list = ana.page.getByRole('dialog', { name: 'Keys' })
  const rows = (): Promise<string> => list.innerText()
  await expect.poll(rows, soon).toMatch(/B\s+Q\s+Insert cell below/)
  expect(await rows()).not.toMatch(/Delete cell/)
  await list.getByRole('button', { name: 'Change keys' }).click()
  await panel.getByLabel('Search keyboard shortcuts').fill('insert cell below')
  await panel.getByRole('button', { name: 'Reset the keys of Insert cell below' }).press('Enter')
  await expect.poll(() => inCommand.innerText(), soon).not.toMatch(/Q/)
  await panel.getByRole('button', { name: 'Reset all keys' }).press('Enter')
  await panel.getByLabel('Search keyboard shortcuts').and(ana.page.locator(':focus')).waitFor()
  await panel.getByRole('button', { name: 'Close settings' }).click()
  await expect.poll(() => title('Delete cell'), soon).toBe('Delete cell (D D)')
  await ana.into(3)
  await ana.press('Escape', 'q', 'd', 'd')
  await expectSources(ana, 'a = 1', 'b = 2', 'c = 3')
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})
