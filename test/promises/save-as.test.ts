// A notebook, or a copy of it, gets another path.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locator } from 'playwright'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
beforeAll(async () => {
  app = await App.start({
    'data/9.ipynb': notebookText('nine = 9'),
    'data/10.ipynb': notebookText('ten = 10'),
  })
  ana = await app.opened('data/9.ipynb')
})
afterAll(() => app.close())

test('Save as opens a copy, Rename keeps the notebook, and neither replaces an existing file', async () => {
  const asked = (name: string): Locator => ana.page.getByRole('dialog', { name, exact: true })
  const path = ana.page.getByRole('textbox', { name: 'Path', exact: true }).and(ana.page.locator(':focus'))
  const title = (): Promise<string> => ana.page.locator('.nb-header h1').innerText()
  await ana.type(1, '  # mine')
  await ana.until('sync', 'saved')
  await ana.press('Control+Shift+s')
  // The name is selected, but not the folder.
  await expect.poll(() => path.inputValue(), soon).toBe('data/9')
  await ana.page.keyboard.type('10')
  await ana.press('Enter')
  await asked('Save notebook as').getByRole('alert').filter({ hasText: 'Not saved' }).waitFor()
  await ana.press('Escape')
  await asked('Save notebook as').waitFor({ state: 'detached' })
  await ana.press('F1')
  await asked('Commands').getByRole('combobox').and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type('save notebook as')
  // A dialog opened from the palette keeps the focus, also once it is completely shown.
  await ana.press('Enter')
  await expect.poll(() => path.inputValue(), soon).toBe('data/9')
  await ana.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
  await ana.page.keyboard.type('nine again')
  await ana.press('Enter')
  await expect.poll(title, soon).toBe('data / nine again')
  await expect.poll(() => shownSources(ana), soon).toEqual(['nine = 9  # mine'])
  await ana.until('sync', 'saved')

  await ana.page.locator('.nb-header h1').click()
  await asked('Rename notebook').waitFor()
  await expect.poll(() => path.inputValue(), soon).toBe('data/nine again')
  await path.fill('data/10')
  await ana.press('Enter')
  await asked('Rename notebook').getByRole('alert').filter({ hasText: 'Not renamed' }).waitFor()
  await path.fill('renamed')
  await ana.press('Enter')
  await expect.poll(title, soon).toBe('renamed')
  await expect.poll(() => app.file('renamed.ipynb'), soon).toContain('# mine')
  expect(await app.file('data/10.ipynb')).toContain('ten = 10')
  await ana.page.goBack()
  await expect.poll(title, soon).toBe('data / 9')
  expect(ana.complaints).toEqual([])
})
