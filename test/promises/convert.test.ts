// A notebook is exported in four formats and imported from three, by drop and by dialog. Exported HTML runs
// and loads nothing, whatever the notebook contains.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterEach, expect, test } from 'vitest'
import { writeForm } from '../../shared/convert/convert.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { allKinds, pixel } from '../support/all-kinds.ts'
import { App, type Person } from '../support/app.ts'
import { hostileNotebook } from '../support/hostile.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})
const started = async (files: Record<string, string>): Promise<App> => (app = await App.start(files))

const downloaded = async (person: Person, form: string): Promise<{ name: string; text: string }> => {
  await person.button('Export').click()
  const [download] = await Promise.all([
    person.page.waitForEvent('download'),
    person.page.getByRole('menuitem', { name: `Download as .${form}`, exact: true }).click(),
  ])
  await person.page.getByRole('menu').waitFor({ state: 'detached' })
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

/** What a browser sends when files are dragged there, and dropped unless `stay`. */
const drag = async (
  person: Person,
  target: string,
  files: Readonly<Record<string, string>>,
  stay = false,
): Promise<void> => {
  await person.page
    .locator(target)
    .first()
    .evaluate(
      (element, { files, stay }) => {
        const dataTransfer = new DataTransfer()
        for (const [name, text] of Object.entries(files)) dataTransfer.items.add(new File([text], name))
        for (const type of ['dragenter', 'dragover', ...(stay ? [] : ['drop'])])
          element.dispatchEvent(
            new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true }),
          )
      },
      { files, stay },
    )
}

const pathname = (person: Person): string => decodeURIComponent(new URL(person.page.url()).pathname)
const sources = async (person: Person): Promise<string[]> => {
  const cells = await person.page.locator('nb-cell').count()
  return Promise.all(Array.from({ length: cells }, (_, index) => person.text(index + 1)))
}

test('the menu downloads the notebook as it is on the page in every format, without the relay', async () => {
  const app = await started({ 'folder/all kinds.ipynb': allKinds() })
  // With the service worker, which keeps the page for offline use.
  const ana = await app.person('folder/all%20kinds.ipynb')
  await ana.until('sync', 'saved')
  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await app.stopRelay()
  await ana.until('sync', 'offline')
  await ana.type(12, ' typed offline')
  await ana.page.keyboard.press('Escape')
  const ipynb = await downloaded(ana, 'ipynb')
  expect(ipynb.name).toBe('all kinds.ipynb')
  expect(ipynb.text).toBe(allKinds().replace('raw text', 'raw text typed offline'))
  const read = parseNotebook(ipynb.text)
  if (!read.ok) throw new Error(read.reason)
  for (const form of ['py', 'md', 'html'] as const) {
    const { name, text } = await downloaded(ana, form)
    expect(name).toBe(`all kinds.${form}`)
    expect(text).toContain('raw text typed offline')
    expect(text).toBe(writeForm(form, read.notebook, 'all kinds'))
  }
  expect(ana.complaints).toEqual([])
})

test('an exported page has the images beside the notebook', async () => {
  const note = `{"cells":[{"cell_type":"markdown","id":"n","metadata":{},"source":"![plot](plot.png)"}],"metadata":{},"nbformat":4,"nbformat_minor":5}`
  const app = await started({ 'folder/a.ipynb': note })
  await writeFile(join(app.folder, 'folder/plot.png'), Buffer.from(pixel, 'base64'))
  const ana = await app.writer('folder/a.ipynb')
  await ana.until('sync', 'saved')
  expect((await downloaded(ana, 'html')).text).toContain(
    `<img src="data:image/png;base64,${pixel}" alt="plot">`,
  )
  expect(ana.complaints).toEqual([])
})

test('the Export menu works by keyboard', async () => {
  const app = await started({ 'a.ipynb': notebookText('x') })
  const ana = await app.writer('a.ipynb')
  await ana.until('sync', 'saved')
  await ana.button('Export').focus()
  await ana.page.keyboard.press('Enter')
  const focused = (): Promise<string | null> =>
    ana.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null)
  await expect.poll(focused, soon).toBe('Download as .ipynb')
  for (const [key, name] of [
    ['ArrowDown', '.py'],
    ['ArrowUp', '.ipynb'],
    ['ArrowUp', '.html'],
    ['ArrowDown', '.ipynb'],
    ['End', '.html'],
  ] as const) {
    await ana.page.keyboard.press(key)
    expect(await focused()).toBe(`Download as ${name}`)
  }
  // Keys do not reach the commands behind it: two would delete a cell.
  await ana.page.keyboard.press('d')
  await ana.page.keyboard.press('d')
  await ana.page.keyboard.press('Escape')
  await expect.poll(focused, soon).toBe('Export')
  expect(await ana.page.getByRole('menu').count()).toBe(0)
  expect(await sources(ana)).toEqual(['x'])
})

test('a file dropped on the list becomes a notebook with an unused name and is opened', async () => {
  const app = await started({ 'trip.ipynb': notebookText('old') })
  const ana = await app.writer('')
  await ana.button('Rename trip.ipynb').waitFor()
  const hint = ana.page.getByText('Drop .ipynb, .py or .md files')
  await drag(ana, 'main', { 'trip.py': '' }, true)
  await hint.waitFor()
  await ana.page.evaluate(() => dispatchEvent(new DragEvent('dragleave')))
  await hint.waitFor({ state: 'detached' })

  await drag(ana, 'main', { 'trip.py': '# %% [markdown]\n# Where to\n\n# %%\nfrom math import pi\n' })
  await ana.until('sync', 'saved')
  expect(pathname(ana)).toBe('/notebook/trip 2.ipynb')
  await expect.poll(() => sources(ana), soon).toEqual(['Where to', 'from math import pi'])
  await ana.page.goBack()
  await ana.button('Rename trip 2.ipynb').waitFor()

  await drag(ana, 'main', { 'trip.ipynb': notebookText('third') })
  await expect.poll(() => pathname(ana), soon).toBe('/notebook/trip 3.ipynb')
  await ana.until('file', 'written')
  expect(await app.file('trip 3.ipynb')).toBe(notebookText('third'))
  expect(await app.file('trip.ipynb')).toBe(notebookText('old'))
  expect(ana.complaints).toEqual([])
})

test('a file dropped on a notebook, even over a source, becomes a notebook beside it', async () => {
  const app = await started({ 'folder/a.ipynb': notebookText('x') })
  const ana = await app.writer('folder/a.ipynb')
  await ana.until('sync', 'saved')
  await ana.into(1)
  await drag(ana, '.cm-content', { 'read me.md': '# Read me\n\n```python\n1 + 1\n```\n' })
  await expect.poll(() => pathname(ana), soon).toBe('/notebook/folder/read me.ipynb')
  await expect.poll(() => sources(ana), soon).toEqual(['# Read me', '1 + 1'])
  await ana.page.goBack()
  await expect.poll(() => pathname(ana), soon).toBe('/notebook/folder/a.ipynb')
  await expect.poll(() => sources(ana), soon).toEqual(['x'])
  expect(ana.complaints).toEqual([])
})

test('Import takes files from a dialog, and reports unreadable ones without creating a notebook', async () => {
  const app = await started({})
  const ana = await app.writer('')
  const choose = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
    const [chooser] = await Promise.all([ana.page.waitForEvent('filechooser'), ana.button('Import').click()])
    await chooser.setFiles(
      Object.entries(files).map(([name, text]) => ({ name, mimeType: '', buffer: Buffer.from(text) })),
    )
  }
  await choose({
    'broken.ipynb': '{"cells": [',
    'picture.png': 'x',
    'binary.py': new Uint8Array([0xff, 0xfe]),
    'good?.md': 'good',
  })
  const alerts = ana.page.getByRole('alert')
  await expect.poll(() => alerts.count(), soon).toBe(3)
  expect(await alerts.allTextContents()).toEqual([
    expect.stringMatching(/broken\.ipynb: line 1, column 12: the file ends in the middle/),
    expect.stringMatching(/picture\.png: only \.ipynb, \.py and \.md can be imported/),
    expect.stringMatching(/binary\.py: not UTF-8 text/),
  ])
  expect(pathname(ana)).toBe('/')
  await ana.button('Rename good-.ipynb').waitFor()
  for (const name of ['broken', 'picture', 'binary'])
    expect(await ana.button(`Rename ${name}.ipynb`).count()).toBe(0)
  await ana.button('Close').first().click()
  await expect.poll(() => alerts.count(), soon).toBe(2)
  await choose({ 'b.py': '1' })
  await expect.poll(() => pathname(ana), soon).toBe('/notebook/b.ipynb')
  expect(ana.complaints).toEqual([])
})

test('a file that is too large and a relay that cannot be reached are reported', async () => {
  const app = await started({})
  const ana = await app.writer('')
  await ana.button('Import').waitFor()
  await ana.page.locator('main').evaluate((element) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([new Uint8Array((64 << 20) + 1)], 'large.ipynb'))
    element.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  })
  await ana.page.getByRole('alert').getByText('large.ipynb: it has 65 MiB of the 64 MiB').waitFor()
  await app.stopRelay()
  await drag(ana, 'main', { 'b.py': '1' })
  await ana.page.getByRole('alert').getByText('b.py: the relay cannot be reached').waitFor()
})

/** Opens a file as a person would, and records what runs and what it requests over the network. */
const opened = async (
  app: App,
  file: string,
  colorScheme: 'light' | 'dark',
): Promise<{ page: Page; hits: string[]; requests: string[] }> => {
  const context = await app.newContext({ colorScheme })
  const page = await context.newPage()
  const hits: string[] = []
  await page.exposeFunction('hit', (what: unknown) => hits.push(String(what)))
  page.on('dialog', (dialog) => {
    hits.push(dialog.message())
    void dialog.dismiss()
  })
  // Requests that the policy blocks do not get here.
  const requests: string[] = []
  await context.route(/^(?!file:)/, (route) => {
    requests.push(route.request().url())
    return route.abort()
  })
  await page.goto(`file://${file}`)
  for (const frame of await page.locator('iframe').all()) await frame.scrollIntoViewIfNeeded()
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  return { page, hits, requests }
}

test('the check of an exported page detects a page that runs and loads something', async () => {
  const app = await started({})
  const file = join(app.folder, 'page.html')
  await writeFile(file, '<script>hit(1)</script><img src="https://evil.test/"><iframe srcdoc="<style>body{background:url(https://evil.test/url)}</style>"></iframe>') // prettier-ignore
  const { hits, requests } = await opened(app, file, 'light')
  await expect.poll(() => hits, soon).toEqual(['1'])
  await expect.poll(() => requests.toSorted(), soon).toEqual(['https://evil.test/', 'https://evil.test/url'])
})

test.each(['light', 'dark'] as const)(
  'an exported page runs nothing and loads nothing, %s',
  async (colorScheme) => {
    const app = await started({})
    for (const [name, ipynb] of Object.entries({ hostile: hostileNotebook(), kinds: allKinds() })) {
      const read = parseNotebook(ipynb)
      if (!read.ok) throw new Error(read.reason)
      const file = join(app.folder, `${name}.html`)
      await writeFile(file, writeForm('html', read.notebook, name))
      const { page, hits, requests } = await opened(app, file, colorScheme)
      expect([hits, requests]).toEqual([[], []])
      const found = await page.evaluate(() => ({
        scripts: document.scripts.length,
        handlers: [...document.querySelectorAll('*')]
          .flatMap(({ attributes }) => [...attributes])
          .filter(({ name }) => name.startsWith('on')).length,
        framed: document.querySelectorAll('iframe:not([sandbox=""])').length,
        background: getComputedStyle(document.body).backgroundColor,
        protocols: [...document.links].map((link) => new URL((link as HTMLAnchorElement).href).protocol),
      }))
      expect(found).toMatchObject({ scripts: 0, handlers: 0, framed: 0 })
      expect(found.protocols.filter((protocol) => !/^(?:https?|mailto):$/.test(protocol))).toEqual([])
      expect(found.background).toBe(colorScheme === 'light' ? 'rgb(252, 252, 251)' : 'rgb(22, 24, 28)')
      await page.context().close()
    }
  },
)
