// Going to the list, to another notebook or back costs no variables: a notebook whose Python has any stays open in a tab.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
beforeAll(async () => {
  app = await App.start({
    'a.ipynb': notebookFile(['code', 'x = 41'], ['code', 'x = x + 1; x'], ['note', 'see [b](b.ipynb)']),
    'b.ipynb': notebookFile(['note', 'the other one']),
  })
  ana = await app.writer('')
})
afterAll(() => app.close())

const title = (): Promise<string> => ana.page.title()
const tabs = () => ana.page.getByRole('navigation', { name: 'Open notebooks' })
const names = (): Promise<string[]> => tabs().getByRole('link').allInnerTexts()
const a = () => ana.page.locator('nb-page').filter({ has: ana.page.locator('h1', { hasText: 'a' }) })

const runs = async (position: number): Promise<void> => {
  await a()
    .locator('nb-cell')
    .nth(position - 1)
    .click()
  await ana.page.keyboard.press('Control+Enter')
}

test('the list, a link, Back and Forward leave its variables; closing the tab ends them', async () => {
  await ana.page.getByRole('link', { name: 'a', exact: true }).click()
  await ana.until('sync', 'saved')
  await runs(1)
  await expect.poll(() => ana.cell(1).getAttribute('data-status'), soon).toBe('done')

  await ana.page.getByRole('link', { name: 'All notebooks' }).click()
  await expect.poll(names, soon).toEqual(['a'])
  await tabs().getByRole('link', { name: 'a', exact: true }).click()
  await runs(2)
  await expect
    .poll(() => a().getByRole('region', { name: 'Output of cell 2' }).innerText(), soon)
    .toContain('42')

  // One without variables gives its place to the next.
  await a().getByRole('link', { name: 'b', exact: true }).click()
  await expect.poll(title, soon).toBe('b · LLM Notebook')
  await expect.poll(names, soon).toEqual(['a', 'b', ''])
  await ana.page.goBack()
  await expect.poll(title, soon).toBe('a · LLM Notebook')
  // To the list as it was before any notebook was open.
  for (const there of ['LLM Notebook', 'a · LLM Notebook', 'LLM Notebook']) {
    await ana.page.goBack()
    await expect.poll(title, soon).toBe(there)
  }
  await expect.poll(names, soon).toEqual(['a'])
  await ana.page.goForward()
  await expect.poll(title, soon).toBe('a · LLM Notebook')
  await runs(2)
  await expect
    .poll(() => a().getByRole('region', { name: 'Output of cell 2' }).innerText(), soon)
    .toContain('43')

  await ana.page.getByRole('link', { name: 'All notebooks' }).click()
  await tabs().getByRole('button', { name: 'Close a' }).click()
  await expect.poll(() => tabs().count(), soon).toBe(0)
  await expect.poll(() => ana.page.locator('nb-page').count(), soon).toBe(0)
  expect(new URL(ana.page.url()).search).toBe('')
  expect(ana.complaints).toEqual([])
})

test('after a reload one click runs what the cell needs', async () => {
  await ana.page.getByRole('link', { name: 'a', exact: true }).click()
  await ana.until('sync', 'saved')
  await runs(2)
  await expect.poll(() => ana.output(2).innerText(), soon).toContain("name 'x' is not defined")
  await ana.button('Run all above and this cell').click()
  await expect.poll(() => ana.output(2).innerText(), soon).toContain('42')
  expect(await ana.button('Run all above and this cell').count()).toBe(0)
  expect(ana.complaints).toEqual([])
})
