// The secondary button of the mouse opens the menu of a cell, or of a notebook in the list, as in JupyterLab; the
// browser's own stays where it has more to offer.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { expectSources, focusOf } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
const right = { button: 'right' } as const

beforeAll(async () => {
  app = await App.start({
    'a.ipynb': notebookFile(
      ['note', 'A [link](https://example.org/) here'],
      ['code', 'a = 1'],
      ['code', 'b = 2'],
      ['code', 'c = 3'],
    ),
    'b.ipynb': notebookFile(['code', 'other']),
  })
  ana = await app.opened('a.ipynb')
})
afterAll(() => app.close())

const menu = () => ana.page.getByRole('menu', { name: 'Cell', exact: true })
const choose = (title: string): Promise<void> => ana.page.getByRole('menuitem', { name: title }).click()
/** Whether the browser opens its own menu. */
const opensOwn = async (press: () => Promise<void>): Promise<boolean> => {
  const isOwn = ana.page.evaluate(
    () =>
      new Promise<boolean>((resolve) =>
        addEventListener('contextmenu', (event) => resolve(!event.defaultPrevented), { once: true }),
      ),
  )
  await press()
  return isOwn
}

test('on a cell it acts on that cell, or on the selected ones', async () => {
  await ana.source(3).click(right)
  await menu().waitFor()
  // Before: the editor did not take the focus, so that keys still act on cells.
  expect(await ana.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Run cell')
  await ana.press('Escape')
  await expect.poll(() => focusOf(ana), soon).toBe('cell 3')
  expect(await menu().count()).toBe(0)

  await ana.source(3).click(right)
  await choose('Move cell up')
  await expectSources(ana, 'A [link](https://example.org/) here', 'b = 2', 'a = 1', 'c = 3')
  await ana.press('z')

  await ana.source(2).click()
  await ana.press('Escape', 'Shift+ArrowDown')
  await ana.source(2).click(right)
  await choose('Merge selected cells')
  await expectSources(ana, 'A [link](https://example.org/) here', 'a = 1\nb = 2', 'c = 3')

  // The menu key.
  await ana.press('ContextMenu')
  await menu().waitFor()
  await ana.press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter')
  await ana.source(3).click(right)
  await choose('Paste cell below')
  await expectSources(ana, 'A [link](https://example.org/) here', 'a = 1\nb = 2', 'c = 3', 'a = 1\nb = 2')
  expect(ana.complaints).toEqual([])
})

test('a click elsewhere closes it', async () => {
  await ana.source(3).click(right)
  await menu().waitFor()
  await ana
    .cell(1)
    .locator('nb-markdown')
    .click({ position: { x: 3, y: 8 } })
  await expect.poll(() => menu().count(), soon).toBe(0)
})

test('the browser’s own menu stays for the text one writes in, links, selected text, and with Shift', async () => {
  await ana.source(3).click()
  const text = ana.source(3)
  await expect.poll(() => text.evaluate((each) => each === document.activeElement), soon).toBe(true)
  expect(await opensOwn(() => text.click(right))).toBe(true)
  await ana.press('Escape')
  expect(await opensOwn(() => text.click({ ...right, modifiers: ['Shift'] }))).toBe(true)
  expect(await opensOwn(() => ana.page.getByRole('link', { name: 'link' }).click(right))).toBe(true)
  const note = ana.cell(1).locator('nb-markdown p')
  expect(await opensOwn(() => note.click({ ...right, position: { x: 3, y: 8 } }))).toBe(false)
  await ana.press('Escape')
  await note.evaluate((each) => getSelection()?.selectAllChildren(each))
  expect(await opensOwn(() => note.click({ ...right, position: { x: 3, y: 8 } }))).toBe(true)
  expect(await menu().count()).toBe(0)
})

test('in the list it is the menu of the notebook', async () => {
  await ana.page.goto(app.origin)
  await ana.page.getByRole('link', { name: 'b', exact: true }).click(right)
  await choose('Rename or move')
  const field = ana.page.getByLabel('New name of b.ipynb')
  await field.waitFor()
  await field.fill('moved.ipynb')
  await field.press('Enter')
  await ana.page.getByRole('link', { name: 'moved', exact: true }).waitFor()
  expect(ana.complaints).toEqual([])
})
