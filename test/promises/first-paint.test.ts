// A notebook can be read before the editor has loaded, and edited once it has.
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { App } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

test('without the editor’s script everything is shown, and a click reports it and retries', async () => {
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
  await expect.poll(() => ana.text(2), soon).toBe('second = 2 + 1')
})

test('the script needed to show a notebook is under 250 kB gzipped, in at most three files', async () => {
  const folder = new URL('../../dist/client/', import.meta.url)
  const page = await readFile(new URL('index.html', folder), 'utf8')
  const [, entry] = /<script type="module"[^>]* src="\.\/(assets\/[^"]+)"/.exec(page) ?? []
  const sizes = new Map<string, number>()
  const add = async (path: string): Promise<void> => {
    if (sizes.has(path)) return
    const script = await readFile(new URL(path, folder))
    sizes.set(path, gzipSync(script, { level: 9 }).byteLength)
    const imported = script.toString().matchAll(/\bimport(?:[\w$\s{},*]+from)?\s*["']\.\/([^"']+)["']/g)
    for (const [, name = ''] of imported) await add(`assets/${name}`)
  }
  await add(entry ?? '')
  // Each is a request that the service worker answers.
  expect(sizes.size).toBeLessThan(4)
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  expect(total).toBeGreaterThan(100_000)
  expect(total).toBeLessThan(250_000)
})
