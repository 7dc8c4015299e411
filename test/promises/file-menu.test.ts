// The File menu has what JupyterLab's users look for there, depending on the role.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Locator } from 'playwright'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start({}, {}, { tokens: { write: 'w', comment: null, read: 'r' } })
})
afterAll(() => app.close())

let attempts = 0
/** The notebook's name, a new one for each test and each retry. */
let name = ''
beforeEach(async () => {
  name = `plots ${++attempts}`
  for (const path of [`data/${name}.ipynb`, `zebra ${attempts}.ipynb`]) {
    const { status } = await fetch(`${app.origin}/api/notebooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer w' },
      body: JSON.stringify({ path, content: notebookText('plot = 1') }),
    })
    expect(status).toBe(201)
  }
})

const open = async (token: 'w' | 'r'): Promise<Person> => {
  const person = await app.writer(`data/${name}.ipynb?token=${token}`)
  await person.until('sync', 'saved')
  return person
}
const title = ({ page }: Person): Promise<string> => page.locator('.nb-header h1').first().innerText()
const link = ({ page }: Person, label: string): Locator =>
  page.getByRole('link', { name: label, exact: true })

test('Duplicate notebook opens a copy that includes the last edit', async () => {
  const ana = await open('w')
  await ana.type(1, '  # mine')
  await ana.choose('File', 'Duplicate notebook')
  await expect.poll(() => title(ana), soon).toBe(`data / ${name} (copy)`)
  await expect.poll(() => shownSources(ana), soon).toEqual(['plot = 1  # mine'])
  await ana.page.goBack()
  await expect.poll(() => title(ana), soon).toBe(`data / ${name}`)
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

test('Move notebook to bin asks, then shows the list, where it can be undone', async () => {
  const ana = await open('w')
  const question = ana.page.getByRole('alertdialog')
  await ana.choose('File', 'Move notebook to bin')
  await question.getByRole('button', { name: 'Cancel' }).click()
  expect(await title(ana)).toBe(`data / ${name}`)
  // From the palette, too.
  await ana.press('F1')
  await ana.page.getByRole('combobox').and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type('move notebook to bin')
  await ana.press('Enter')
  await question.getByRole('button', { name: 'Move to bin' }).click()
  await ana.page
    .getByRole('status')
    .filter({ hasText: `data/${name}.ipynb was moved to the bin.` })
    .waitFor()
  await ana.button(`Restore data/${name}.ipynb`).waitFor()
  expect(await link(ana, `data/${name}`).count()).toBe(0)
  await ana.button('Undo').and(ana.page.locator(':focus')).press('Enter')
  await link(ana, `data/${name}`).click()
  await expect.poll(() => shownSources(ana), soon).toEqual(['plot = 1'])
  // The message is shown once.
  await link(ana, 'All notebooks').click()
  await link(ana, `data/${name}`).waitFor()
  expect(await ana.page.getByText('was moved to the bin').count()).toBe(0)
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

/** Opens it in a second tab. */
const openZebra = async (ana: Person): Promise<void> => {
  await ana.choose('File', 'Open notebook')
  await ana.page.getByRole('searchbox').and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type(`zebra ${attempts}`)
  await ana.page.getByRole('list', { name: 'Found' }).getByRole('link').first().click()
  await expect.poll(() => ana.page.title(), soon).toBe(`zebra ${attempts} · LLM Notebook`)
  const tabs = ana.page.getByRole('navigation', { name: 'Open notebooks' })
  await expect.poll(() => tabs.getByRole('listitem').allInnerTexts(), soon).toHaveLength(2)
}
/** Chooses from the menu of the tab in front. */
const choosing =
  ({ page }: Person) =>
  async (item: string): Promise<void> => {
    const front = page.locator('nb-page:not([hidden])')
    await front.getByRole('menuitem', { name: 'File', exact: true }).click()
    await front.getByRole('menu').getByLabel(item, { exact: true }).click()
  }

test('Open notebook searches the list and opens the result in a tab, and Close tab goes back', async () => {
  const ana = await open('w')
  await openZebra(ana)
  const choose = choosing(ana)
  await choose('Close tab')
  await expect.poll(() => ana.page.title(), soon).toBe(`${name} · LLM Notebook`)
  await choose('Close tab')
  await link(ana, `zebra ${attempts}`).waitFor()
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

test('after a notebook is moved to the bin, another open tab is shown with a message', async () => {
  const ana = await open('w')
  await openZebra(ana)
  await choosing(ana)('Move notebook to bin')
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Move to bin' }).click()
  await expect.poll(() => ana.page.title(), soon).toBe(`${name} · LLM Notebook`)
  const front = ana.page.locator('nb-page:not([hidden])')
  await front
    .getByRole('log')
    .filter({ hasText: `zebra ${attempts}.ipynb was moved to the bin.` })
    .waitFor()
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

test('a person who may only read can open and close notebooks, but not make, copy or delete them', async () => {
  const ben = await open('r')
  await ben.page.getByRole('menuitem', { name: 'File', exact: true }).click()
  const isOffered = (item: string): Promise<boolean> =>
    ben.page.getByRole('menu').getByLabel(item, { exact: true }).isEnabled()
  const items = ['Open notebook', 'New tab', 'Close tab', 'Print']
  const writing = [
    'New notebook',
    'Save notebook as',
    'Duplicate notebook',
    'Rename notebook',
    'Move notebook to bin',
  ]
  for (const item of items) expect([item, await isOffered(item)]).toEqual([item, true])
  for (const item of writing) expect([item, await isOffered(item)]).toEqual([item, false])
  await ben.press('Escape', 'F1')
  await ben.page.getByRole('combobox').and(ben.page.locator(':focus')).waitFor()
  await ben.page.keyboard.type('notebook')
  await ben.page.getByRole('option', { name: /Open notebook/ }).waitFor()
  expect(await ben.page.getByRole('option', { name: /Duplicate|bin/ }).count()).toBe(0)
  expect(ben.complaints).toEqual([])
  await ben.context.close()
})
