// A notebook is there to be read before the editor has loaded, and to be written in once it has.
import { afterEach, expect, test } from 'vitest'
import { App } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

test('without the script of the editor everything is shown; a click says what is missing and tries again', async () => {
  app = await App.start({ 'a.ipynb': notebookText('first = 1', 'second = 2') })
  const ana = await app.writer('')
  const { page } = ana
  await page.route('**/assets/assemble-*.js', (route) => route.abort())
  await page.goto(`${app.origin}/notebook/a.ipynb`)
  await ana.until('sync', 'saved')
  expect(await ana.text(1)).toBe('first = 1')
  expect(await ana.text(2)).toBe('second = 2')
  expect(await page.locator('.cm-editor').count()).toBe(0)
  await ana.source(2).click()
  await page.getByText('The editor could not be loaded').first().waitFor()

  await page.unroute('**/assets/assemble-*.js')
  await ana.type(2, ' + 1')
  await expect.poll(() => ana.text(2)).toBe('second = 2 + 1')
})
