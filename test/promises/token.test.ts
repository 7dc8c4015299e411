// A relay with a token: the URL it prints lets a browser in, also one that used another token before.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
beforeAll(async () => {
  app = await App.start(
    { 'a.ipynb': notebookFile(['code', 'a = 1']) },
    {},
    { tokens: { read: null, comment: null, write: 'one' } },
  )
  ana = await app.person('')
})
afterAll(() => app.close())

test('a new token lets a known browser in, and without one the page says that it is required', async () => {
  await ana.page.goto(`${app.origin}/notebook/a.ipynb?token=one`)
  await expect.poll(() => shownSources(ana), soon).toEqual(['a = 1'])
  expect(new URL(ana.page.url()).search).toBe('')
  // From now on the page comes from the service worker.
  await ana.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await ana.page.reload()
  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null, null, {
    timeout: patience,
  })

  await app.stopRelay()
  await app.startRelay({ tokens: { read: null, comment: null, write: 'two' } })
  await ana.page.goto(`${app.origin}/`)
  await ana.page.getByRole('alert').filter({ hasText: 'a token is required' }).waitFor()
  await ana.page.goto(`${app.origin}/?token=two`)
  await ana.page.getByRole('link', { name: 'a', exact: true }).waitFor()
  expect(new URL(ana.page.url()).search).toBe('')
  await ana.page.goto(`${app.origin}/notebook/a.ipynb?token=two`)
  await ana.until('sync', 'saved')

  // The relay is away: the same URL shows what this browser stores.
  await app.stopRelay()
  await ana.page.goto(`${app.origin}/notebook/a.ipynb?token=two`)
  await expect.poll(() => shownSources(ana), soon).toEqual(['a = 1'])
})
