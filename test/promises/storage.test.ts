// A browser with full storage: the page says what it cannot store, asks before leaving while edits are
// nowhere else, and stores everything once there is room.
import { afterEach, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

/** Reloads the page, answers its dialogs with `stay`, and returns their kinds. */
const reload = async ({ page }: Person, stay: boolean): Promise<string[]> => {
  const dialogs: string[] = []
  page.once('dialog', (dialog) => {
    dialogs.push(dialog.type())
    void (stay ? dialog.dismiss() : dialog.accept())
  })
  if (stay) {
    await page.evaluate(() => setTimeout(() => location.reload(), 0))
    await expect.poll(() => dialogs, soon).toEqual(['beforeunload'])
  } else await page.reload()
  page.removeAllListeners('dialog')
  return dialogs
}

test('with full storage and offline, the page asks before it is left, and nothing is lost', async () => {
  app = await App.start({ 'a.ipynb': notebookText('first') })
  const ana = await app.person('')
  await ana.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  const devtools = await ana.context.newCDPSession(ana.page)
  const quota = (bytes?: number): Promise<unknown> =>
    devtools.send('Storage.overrideQuotaForOrigin', {
      origin: app?.origin ?? '',
      ...(bytes === undefined ? {} : { quotaSize: bytes }),
    })

  // Full while the relay is there: nothing is at risk. (Chromium reads its quota every half minute.)
  await quota(1)
  await ana.page.goto(`${app.origin}/notebook/a.ipynb`)
  await ana.until('sync', 'saved')
  const letters = 'x'.repeat(300_000)
  await ana.into(1)
  await ana.page.evaluate((text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  }, letters)
  await ana.until('sync', 'saved')
  await expect.poll(() => ana.status.innerText(), soon).toContain("this browser's storage is full")
  expect(await reload(ana, false)).toEqual([])
  await ana.until('sync', 'saved')

  await app.stopRelay()
  await ana.until('sync', 'offline')
  await ana.type(1, ' and more')
  await expect
    .poll(() => ana.status.locator('.nb-status-sync').innerText(), soon)
    .toBe("Offline, and this browser's storage is full: keep this page open")
  expect(await ana.status.innerText()).not.toContain('stored in this browser')
  await reload(ana, true)
  // A link within the page would leave it just the same.
  const dismissed = ana.page.waitForEvent('dialog').then((dialog) => dialog.dismiss())
  await Promise.all([dismissed, ana.page.locator('a[href="/"]').first().click()])
  expect(await ana.page.locator('nb-cell').count()).toBe(1)

  // There is room again, and the page notices by itself.
  await quota()
  await expect
    .poll(() => ana.status.innerText(), soon)
    .toContain('Offline: stored in this browser, sent when the relay is reachable')
  expect(await reload(ana, false)).toEqual([])
  await ana.until('sync', 'offline')
  await expect.poll(async () => (await ana.text(1)).endsWith('x and more'), soon).toBe(true)
  await app.startRelay()
  await ana.until('sync', 'saved')
  const answer = await fetch(`${app.origin}/api/notebooks/a.ipynb`)
  expect(await answer.text()).toContain(`${letters} and more`)
  expect(ana.complaints).toEqual([])
})
