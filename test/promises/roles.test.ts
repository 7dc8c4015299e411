// A person who may only read sees everything, shows a caret and changes nothing: the page says so beforehand.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
let ben: Person
beforeAll(async () => {
  app = await App.start(
    { 'a.ipynb': notebookFile(['code', 'a = 1'], ['note', 'Words'], ['prompt', 'Ask']) },
    {},
    { tokens: { read: 'reads', comment: 'comments', write: 'writes' } },
  )
  ana = await app.writer('a.ipynb?token=writes', app.returning('Ana', '#b3261e'))
  ben = await app.writer('a.ipynb?token=reads', app.returning('Ben', '#1f63b5'))
  for (const person of [ana, ben]) await person.until('sync', 'saved')
})
afterAll(() => app.close())

const role = (person: Person): Promise<string | null> =>
  person.page.evaluate(() => document.documentElement.getAttribute('data-role'))

test('a reader sees everything and is seen, and has no control that would change the notebook', async () => {
  const { page } = ben
  expect([await role(ana), await role(ben)]).toEqual(['write', 'read'])
  await page.getByRole('banner').getByText('Read only', { exact: true }).waitFor()
  expect(await ana.page.getByText('Read only', { exact: true }).count()).toBe(0)
  const offered = async (person: Person): Promise<string[]> => {
    const names: string[] = []
    for (const name of ['Run cell', 'Run all', 'Delete cell', 'Add code cell', 'Undo', 'Restart kernel'])
      if ((await person.button(name).count()) > 0) names.push(name)
    if ((await person.page.getByRole('combobox', { name: 'Cell kind' }).count()) > 0) names.push('kind')
    return names
  }
  await expect.poll(() => offered(ana), soon).toHaveLength(7)
  expect(await offered(ben)).toEqual([])

  // The reader's caret is shown, and keys do not change the text.
  await ben.into(1)
  await ana.cell(1).getByRole('img', { name: 'Caret of Ben', exact: true }).waitFor()
  await page.keyboard.type('no')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Control+Enter')
  await page.getByText('you can read this notebook but not change or run it').first().waitFor()
  await page.keyboard.press('Escape')
  for (const key of ['b', 'd', 'd', 'm', 'y']) await page.keyboard.press(key)

  await ana.type(1, '23')
  await expect.poll(() => shownSources(ben), soon).toEqual(['a = 123', 'Words', 'Ask'])
  expect(await shownSources(ana)).toEqual(['a = 123', 'Words', 'Ask'])
  expect(await ana.page.locator('nb-cell[data-status="idle"]').count()).toBe(3)
  expect(await ben.status.getAttribute('data-sync')).toBe('saved')

  // The history can be read, but nothing restored or named.
  await ben.button('History').click()
  await page.getByRole('list', { name: 'Versions' }).waitFor()
  expect(await ben.button('Name this version').count()).toBe(0)
  await ben.button('Close history').click()

  await page.goto(`${app.origin}/`)
  await page.getByRole('link', { name: 'a', exact: true }).waitFor()
  await page.getByText('Read only', { exact: true }).waitFor()
  for (const name of ['New notebook', 'Import', 'Delete a.ipynb', 'Rename a.ipynb'])
    expect(await ben.button(name).count(), name).toBe(0)
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('offline edits of a person who may only read meanwhile are refused, and the page says so', async () => {
  const cid = await app.writer('a.ipynb?token=writes')
  await cid.until('sync', 'saved')
  await app.stopRelay()
  await cid.until('sync', 'offline')
  await cid.type(3, ' offline')
  const [cookie] = await cid.context.cookies()
  if (cookie === undefined) throw new Error('no cookie')
  await cid.context.addCookies([{ ...cookie, value: 'reads' }])
  await app.startRelay()
  await cid.page.getByRole('banner').getByText('Read only', { exact: true }).waitFor()
  await cid.status.getByText('Not saved: you may read this notebook but not change it').waitFor()
  expect(await cid.status.getAttribute('data-sync')).toBe('unsaved')
  expect(await shownSources(cid)).toContain('Ask offline')
  await ana.until('sync', 'saved')
  await ana.type(1, '!')
  await expect.poll(() => shownSources(cid), soon).toContain('a = 123!')
  expect(await shownSources(ana)).toContain('Ask')
})
