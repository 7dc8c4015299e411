// What a model changed is shown in its cell, with keep and take back, to everybody; what people typed since stays.
import { afterEach, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { shownSources } from '../support/shown.ts'

const soon = { timeout: patience }
let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

const source = ['one = 1', 'two = 2', 'three = 3', 'four = 4', 'five = 5', 'six = 6'].join('\n')

const opened = async (app: App, viewport = { width: 1100, height: 900 }): Promise<Person> => {
  const person = await app.writer('a.ipynb', { viewport })
  await person.until('sync', 'saved')
  return person
}

const change = (person: Person, position: number) =>
  person.page.getByRole('group', { name: `Change to cell ${position}`, exact: true })

const textOf = async (person: Person, position: number): Promise<string> =>
  (await shownSources(person))[position - 1] ?? ''

/** Says what is to change in the field that the key opened. */
const wish = async ({ page }: Person, text: string): Promise<void> => {
  await page.keyboard.press('Control+Shift+E')
  const field = page.getByRole('textbox', { name: 'What should change?', exact: true })
  await field.fill(text)
  await field.press('Enter')
}

test('a model edits a cell as asked; one person types in it while another takes a hunk back, and keys go from change to change', async () => {
  app = await App.start({ 'a.ipynb': notebookFile(['code', source], ['note', 'Some *words* here']) })
  const [ana, ben] = [await opened(app), await opened(app, { width: 375, height: 700 })]
  await ana.into(1)
  const said = source.replace('one = 1', 'one = 100').replace('six = 6', 'six = 66')
  await wish(ana, `mock: say ${said.replaceAll('\n', '\\n')}`)
  await change(ben, 1).waitFor()
  expect(await textOf(ben, 1)).toBe(said)
  const hunks = (person: Person) => change(person, 1).getByRole('group', { name: /^Change \d of 2$/ })
  await expect.poll(() => hunks(ana).count(), soon).toBe(2)

  // Ben types into the changed line while Ana takes that hunk back.
  await ben.source(1).click()
  await ben.page.keyboard.press('Control+Home')
  await ben.page.keyboard.press('End')
  await Promise.all([
    ben.page.keyboard.type('  # kept'),
    hunks(ana).first().getByRole('button', { name: 'Take back', exact: true }).click(),
  ])
  const left = said.replace('one = 100', 'one = 1  # kept')
  for (const person of [ana, ben]) await expect.poll(() => textOf(person, 1), soon).toBe(left)
  await expect.poll(() => hunks(ben).count(), soon).toBe(0)

  // With review first a model only proposes, and a reload loses no proposal.
  await ana.page.getByRole('combobox', { name: 'Model', exact: true }).click()
  await ana.page.getByRole('checkbox', { name: 'Review first', exact: true }).check()
  await ana.page.keyboard.press('Escape')
  await ana.cell(2).locator('nb-markdown').dblclick()
  await ana.page.keyboard.press('Control+A')
  await wish(ana, 'mock: say Other *words* there')
  await change(ana, 2).waitFor()
  await ana.until('sync', 'saved')
  await ana.page.reload()
  await change(ana, 2).waitFor()
  expect(await change(ana, 2).getAttribute('data-proposed')).not.toBeNull()
  expect(await ana.cell(2).locator('nb-markdown').first().textContent()).toContain('Some words here')

  // By keys alone: from the first change to the next, which is kept.
  await ana.cell(1).focus()
  await ana.page.keyboard.press('Alt+F5')
  await ana.page.locator('nb-cell:nth-of-type(1) [data-change]:focus').waitFor()
  await ana.page.keyboard.press('Alt+F5')
  await ana.page.locator('nb-cell:nth-of-type(2) [data-change]:focus').waitFor()
  await ana.page.keyboard.press('g')
  await ana.page.keyboard.press('k')
  await expect.poll(() => textOf(ben, 2), soon).toContain('Other *words* there')
  await ana.page.keyboard.press('Alt+F5')
  await change(ana, 1).getByRole('button', { name: 'Keep', exact: true }).click()
  for (const person of [ana, ben]) await expect.poll(() => change(person, 1).count(), soon).toBe(0)
  expect(await textOf(ben, 1)).toBe(left)
  for (const person of [ana, ben]) expect(person.complaints).toEqual([])
})

test('an edit of a selection changes the selection alone, is stopped with its button, and left with Escape', async () => {
  app = await App.start({ 'a.ipynb': notebookFile(['code', source]) })
  const ana = await opened(app)
  await ana.into(1)
  await ana.page.keyboard.press('Control+Home')
  await ana.page.keyboard.press('Shift+End')
  await ana.page.keyboard.press('Control+Shift+E')
  const field = ana.page.getByRole('textbox', { name: 'What should change?', exact: true })
  await field.fill('nothing at all')
  await field.press('Escape')
  await expect.poll(() => field.count(), soon).toBe(0)
  await ana.page.locator('.cm-content:focus').waitFor()
  await wish(ana, 'mock: silent')
  const group = ana.page.getByRole('group', { name: 'Edit with the model', exact: true })
  await group.getByRole('button', { name: 'Stop', exact: true }).click()
  await group.getByText('Stopped. Nothing was changed.').waitFor()
  await group.getByRole('button', { name: 'Dismiss', exact: true }).click()
  await ana.into(1)
  await ana.page.keyboard.press('Control+Home')
  await ana.page.keyboard.press('Shift+End')
  await wish(ana, 'mock: say uno = 1')
  await change(ana, 1).waitFor()
  expect(await textOf(ana, 1)).toBe(source.replace('one', 'uno'))
  await change(ana, 1).getByRole('button', { name: 'Take back', exact: true }).click()
  await expect.poll(() => textOf(ana, 1), soon).toBe(source)
  expect(ana.complaints).toEqual([])
})
