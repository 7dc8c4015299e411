// The relay is upgraded while pages of the previous version are open.
import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { App } from '../support/app.ts'
import { copyBuilt, upgrade } from '../support/next-version.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App
let client: string
beforeEach(async () => {
  client = await newFolder()
  await copyBuilt(client)
  app = await App.start({ 'a.ipynb': notebookText('x = 1') }, { clientFolder: client })
})
afterEach(async () => {
  await app.close()
  await rm(client, { recursive: true })
})

test('an open page keeps working with its own version, its edits arrive, and a reload has the new version', async () => {
  const ana = await app.person('a.ipynb')
  await ana.until('sync', 'saved')
  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  const caches = (): Promise<string[]> =>
    ana.page.evaluate(async () => (await window.caches.keys()).filter((name) => name.startsWith('page ')))
  await expect.poll(caches, soon).toHaveLength(1)
  await app.stopRelay()
  await ana.until('sync', 'offline')
  await ana.type(1, ' # meanwhile')
  const chunk = await upgrade(client, 'nb-history')
  await app.startRelay()
  await ana.until('sync', 'saved')
  // Any page that is opened installs the new version.
  const tab = await app.tab(ana.context, 'a.ipynb')
  await tab.until('sync', 'saved')
  await expect.poll(caches, soon).toContain('page ffffffffffffffff')
  // The cache exists from the beginning of the installation, while the previous worker is still active.
  const ready = (): Promise<boolean> =>
    ana.page.evaluate(async () => {
      const { active, installing, waiting } = await navigator.serviceWorker.ready
      return installing === null && waiting === null && active?.state === 'activated'
    })
  await expect.poll(ready, soon).toBe(true)
  await expect
    .poll(() => ana.page.evaluate((name) => fetch(`/assets/${name}`).then(({ ok }) => ok), chunk), soon)
    .toBe(true)
  await ana.button('History').click()
  await ana.page.getByRole('complementary', { name: 'History' }).waitFor()
  await ana.page.locator('nb-history').getByRole('slider').first().waitFor()

  const requests: string[] = []
  ana.page.on('request', (request) => requests.push(request.url()))
  await ana.page.reload()
  await ana.until('sync', 'saved')
  expect(await ana.text(1)).toBe('x = 1 # meanwhile')
  await ana.button('History').click()
  await ana.page.locator('nb-history').getByRole('slider').first().waitFor()
  expect(requests.some((url) => url.endsWith(chunk))).toBe(true)
  expect(ana.complaints).toEqual([])
})
