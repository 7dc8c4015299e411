// The first ten minutes: an empty folder, a URL, and Shift+Enter down the page.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience } from '../support/app.ts'

let app: App
beforeAll(async () => {
  app = await App.start()
})
afterAll(() => app.close())

test('an empty folder gets a welcome notebook, which works by pressing Shift+Enter down the page', async () => {
  const newcomer = await app.person('')
  const { page } = newcomer
  await page.getByRole('list', { name: 'Notebooks' }).getByRole('link', { name: 'welcome' }).click()
  await newcomer.until('sync', 'saved')
  const cells = page.locator('nb-cell')
  await cells.first().waitFor()
  const kinds = await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('data-kind')))
  expect(new Set(kinds)).toEqual(new Set(['note', 'code', 'prompt']))
  for (const position of kinds.keys()) {
    // Nothing is selected at first: the first press begins at the top.
    if (position > 0) await page.locator(`nb-cell:nth-of-type(${position + 1})[data-selected]`).waitFor()
    await page.keyboard.press('Shift+Enter')
  }
  for (const [i, kind] of kinds.entries()) if (kind !== 'note') await newcomer.cellIs(i + 1, 'done')
  await expect.poll(() => cells.count(), { timeout: patience }).toBe(kinds.length + 1)
  await expect(newcomer.reply(kinds.indexOf('prompt') + 1).innerText()).resolves.toContain('mock')
  expect(await page.locator('nb-output iframe').count()).toBeGreaterThan(0)
  await newcomer.until('file', 'written')
  expect(await app.file('welcome.ipynb')).toContain('SOLVEIT_SEPARATOR')
  expect(newcomer.complaints).toEqual([])
})
