// Packages are fetched through the relay when a cell needs them, and cached on the relay for everyone and in
// the browser.
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { clientWithPackages } from '../support/client-with-packages.ts'
import { PackageServer } from '../support/package-server.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { wheel } from '../support/wheel.ts'
import { soon } from '../support/soon.ts'

const alpha = wheel('alpha', { 'alpha.py': 'n = "alpha came"\n' })
const spoilt = wheel('spoilt', { 'spoilt.py': 'n = 1\n' })
const late = wheel('late', { 'late.py': 'n = 1\n' })
const gamma = wheel('gamma', { 'gamma.py': 'n = "gamma came"\n' })
const both = (when: string): string =>
  `%pip install gamma\nimport alpha, gamma\nprint("${when}:", alpha.n, gamma.n)`

let upstream: PackageServer
let client: string
let app: App
beforeAll(async () => {
  upstream = await PackageServer.open()
  upstream.distribute(alpha)
  upstream.distribute(late)
  upstream.distribute({ ...spoilt, bytes: gamma.bytes })
  upstream.publish('gamma', gamma)
  client = await newFolder()
  await clientWithPackages(client, [alpha, late, spoilt])
  const sources = [
    'import alpha\nalpha.n',
    'try:\n    import spoilt\nexcept ImportError:\n    print("without")',
    '%pip install gamma\nimport gamma\ngamma.n',
    '!pip install nothing',
    both('without upstream'),
    both('without relay'),
    'import late',
    'import time\n(time.tzname, time.timezone, time.strftime("%Z"))',
    '%pip install late',
  ]
  const files = { 'a.ipynb': notebookText(...sources) }
  app = await App.start(files, { clientFolder: client }, { packages: upstream.settings })
})
afterAll(async () => {
  await app.close()
  await upstream.close()
  await rm(client, { recursive: true })
})

const ran = async (person: Person, position: number, text: string, status = 'done'): Promise<void> => {
  await person.run(position)
  const cell = person.page
    .locator('nb-cell')
    .nth(position - 1)
    .and(person.page.locator('[data-status="done"], [data-status="error"]'))
  await cell.waitFor({ timeout: 2 * patience, state: 'attached' })
  await expect.poll(() => person.output(position).innerText(), soon).toContain(text)
  expect(await cell.getAttribute('data-status')).toBe(status)
}

test('an imported package is fetched or its failure reported, and is cached by relay and browser', async () => {
  const ana = await app.person('a.ipynb', { timezoneId: 'Asia/Kathmandu' })
  await ana.until('sync', 'saved')
  // What is fetched before the service worker is active would not be cached.
  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  const release = upstream.hold()
  await ana.run(1)
  await expect.poll(() => ana.status.innerText(), soon).toContain('downloading alpha')
  // Only the run waits for it.
  await ana.type(8, ' ')
  release()
  await ana.cellIs(1, 'done')
  await expect.poll(() => ana.output(1).innerText(), soon).toContain('alpha came')
  await expect.poll(() => ana.status.innerText(), soon).not.toContain('downloading')

  await ran(ana, 2, 'Could not load spoilt:')
  expect(await ana.output(2).innerText()).toContain(
    `${spoilt.filename} could not be fetched from ${upstream.origin}`,
  )
  expect(await ana.output(2).innerText()).toContain('the checksum differs')
  expect(await ana.output(2).innerText()).toContain('without')

  await ran(ana, 3, 'gamma came')
  expect(await ana.output(3).innerText()).toContain('Successfully installed gamma-1.0')
  await ran(ana, 4, 'InstallError', 'error')
  expect(await ana.output(4).innerText()).toContain(`${upstream.origin} has no package nothing`)

  // The time zone is this browser's, not that of the machine that took Python's snapshot.
  const never = upstream.hold()
  for (const position of [7, 9]) {
    await ana.run(position)
    await expect.poll(() => ana.status.innerText(), soon).toContain('downloading late')
    await ana.button('Interrupt kernel').click()
    await ana.cellIs(position, 'interrupted')
    await expect.poll(() => ana.status.innerText(), soon).not.toContain('downloading')
    await expect.poll(() => ana.output(position).innerText(), soon).toContain('KeyboardInterrupt')
    expect(await ana.output(position).innerText()).not.toContain('notebook_')
  }
  never()

  await ran(ana, 8, "('UTC+0545', 'UTC+0545'), -20700, 'UTC+0545'")

  await upstream.close()
  const ben = await app.writer('a.ipynb')
  await ben.until('sync', 'saved')
  await ran(ben, 5, 'without upstream: alpha came gamma came')

  const kept = (): Promise<boolean> =>
    ana.page.evaluate(async () => (await caches.match('/pyodide/python_stdlib.zip')) !== undefined)
  await expect.poll(kept, soon).toBe(true)
  await ana.until('sync', 'saved')
  await app.stopRelay()
  await ana.page.reload()
  await ana.until('sync', 'offline')
  await ran(ana, 6, 'without relay: alpha came gamma came')
})
