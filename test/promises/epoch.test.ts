// When the relay holds another history than a browser, the two never meet as bytes: the notebook is the relay's, and
// words that only the browser had are in a notebook beside it.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { App, patience, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { readSources } from '../support/sources.ts'

const soon = { timeout: patience }
let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})
const started = async (...sources: string[]): Promise<App> =>
  (app = await App.start({ 'a.ipynb': notebookText(...sources) }))
const opened = async (app: App): Promise<Person> => {
  const person = await app.writer('a.ipynb')
  person.page.on('dialog', (dialog) => person.complaints.push(`dialog: ${dialog.message()}`))
  await person.until('sync', 'saved')
  return person
}
const shown = async (person: Person): Promise<string[]> => {
  const count = await person.page.locator('nb-cell').count()
  return Promise.all(Array.from({ length: count }, (_, index) => person.text(index + 1)))
}
const sourcesAt = async ({ origin }: App, path: string): Promise<string[]> => {
  const answer = await fetch(`${origin}/api/notebooks/${encodeURIComponent(path)}`)
  const { cells } = (await answer.json()) as { cells: { source: string | string[] }[] }
  return cells.map(({ source }) => [source].flat().join(''))
}
const recovered = async ({ folder }: App): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith('a (recovered '))

const losses = {
  'its log': async ({ folder }: App): Promise<void> => {
    const own = join(folder, '.llm-notebook')
    const names = (await readdir(own)).filter((name) => name.startsWith('log.sqlite'))
    expect(names).toContain('log.sqlite')
    for (const name of names) await rm(join(own, name))
  },
  'all it kept beside the files': ({ folder }: App): Promise<void> =>
    rm(join(folder, '.llm-notebook'), { recursive: true }),
}

test.for(Object.entries(losses))(
  'a relay that lost %s: no cell twice, and the words it never had are in a notebook beside',
  async ([, lose]) => {
    const app = await started('first', 'second')
    const [ana, ben] = [await opened(app), await opened(app)]
    await ana.type(1, ', known')
    await ana.until('sync', 'saved')
    await ana.until('file', 'written')
    await app.stopRelay()
    await Promise.all([ana.until('sync', 'offline'), ben.until('sync', 'offline')])
    await ana.type(2, ', unsent')
    await lose(app)
    await app.startRelay()

    await expect.poll(() => recovered(app), soon).toHaveLength(1)
    const [copy = ''] = await recovered(app)
    expect(await sourcesAt(app, copy)).toEqual(['first, known', 'second, unsent'])
    for (const person of [ana, ben]) {
      await person.until('sync', 'saved')
      await expect.poll(() => shown(person), soon).toEqual(['first, known', 'second'])
      expect(person.complaints).toEqual([])
    }
    expect(await sourcesAt(app, 'a.ipynb')).toEqual(['first, known', 'second'])
    // Who wrote them is told where they are; nobody is asked which is to win.
    const alert = ana.page.getByRole('alert')
    await expect.poll(() => alert.textContent(), soon).toContain(copy)
    expect(await ben.page.getByRole('alert').count()).toBe(0)
    await alert.getByRole('link').click()
    await expect.poll(() => shown(ana), soon).toEqual(['first, known', 'second, unsent'])

    // The two go on together.
    await ben.type(1, ', and on')
    await expect.poll(() => sourcesAt(app, 'a.ipynb'), soon).toEqual(['first, known, and on', 'second'])
    expect(await recovered(app)).toHaveLength(1)
  },
)

test('unsent words of a page that was closed are recovered when it opens again, by one of two tabs', async () => {
  const app = await started('first')
  const ana = await opened(app)
  const tab = await app.tab(ana.context, 'a.ipynb')
  await tab.until('sync', 'saved')
  await app.stopRelay()
  await Promise.all([ana.until('sync', 'offline'), tab.until('sync', 'offline')])
  await ana.type(1, ', unsent')
  await expect.poll(() => tab.text(1), soon).toBe('first, unsent')
  await ana.page.close()
  await losses['its log'](app)
  await app.startRelay()
  const again = await app.tab(ana.context, 'a.ipynb')
  for (const person of [tab, again]) {
    await person.until('sync', 'saved')
    await expect.poll(() => shown(person), soon).toEqual(['first'])
  }
  await expect.poll(() => recovered(app), soon).toHaveLength(1)
  const [copy = ''] = await recovered(app)
  expect(await sourcesAt(app, copy)).toEqual(['first, unsent'])
  // One edit more by each has gone through everything that could still make a second copy.
  await tab.type(1, ' tab')
  await expect.poll(() => again.text(1), soon).toBe('first tab')
  await again.type(1, ' again')
  await expect.poll(() => sourcesAt(app, 'a.ipynb'), soon).toEqual(['first tab again'])
  expect(await recovered(app)).toHaveLength(1)
})

test('unsent words survive when their copy cannot be made at once, and the page is closed meanwhile', async () => {
  const app = await started('first')
  const ana = await opened(app)
  await app.stopRelay()
  await ana.until('sync', 'offline')
  await ana.type(1, ', unsent')
  await ana.page.route('**/api/notebooks', (route) => route.abort())
  await losses['its log'](app)
  await app.startRelay()
  await expect
    .poll(() => ana.page.getByRole('alert').textContent(), soon)
    .toContain('the recovered copy could not be made: the relay cannot be reached. It is tried again')
  await expect.poll(() => shown(ana), soon).toEqual(['first'])
  expect(await recovered(app)).toEqual([])
  await ana.page.close()

  const again = await app.tab(ana.context, 'a.ipynb')
  await expect.poll(() => recovered(app), soon).toHaveLength(1)
  const [copy = ''] = await recovered(app)
  expect(await sourcesAt(app, copy)).toEqual(['first, unsent'])
  await expect.poll(() => again.page.getByRole('alert').textContent(), soon).toContain(copy)
  await again.page.reload()
  await again.until('sync', 'saved')
  expect(await again.page.getByRole('alert').count()).toBe(0)
  await again.type(1, ', and on')
  await expect.poll(() => sourcesAt(app, 'a.ipynb'), soon).toEqual(['first, and on'])
  expect(await recovered(app)).toHaveLength(1)
})

/** What this browser has stored as the state the relay acknowledged. */
const acknowledged = async ({ page }: Person): Promise<string[]> => {
  const bytes = await page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(request.error as Error))
      })
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '')
    const database = await settled(
      indexedDB.open(names.find((name) => name.startsWith('llm-notebook.')) ?? ''),
    )
    const found: unknown = await settled(
      database.transaction('custom').objectStore('custom').get('acknowledged'),
    )
    database.close()
    return found instanceof Uint8Array ? [...found] : null
  })
  const doc = new Y.Doc()
  if (bytes !== null) Y.applyUpdate(doc, Uint8Array.from(bytes))
  return readSources(doc)
}

test('without unsent edits there is no recovered copy, whatever the others wrote meanwhile', async () => {
  const app = await started('first', 'second')
  const [ana, ben] = [await opened(app), await opened(app)]
  await ana.type(1, ' by ana')
  await expect.poll(() => ben.text(1), soon).toBe('first by ana')
  await ben.type(2, ' by ben')
  await expect.poll(() => acknowledged(ana), soon).toEqual(['first by ana', 'second by ben'])
  await ana.page.close()
  await ben.type(2, ', and more')
  await ben.until('sync', 'saved')
  await ben.until('file', 'written')
  await app.stopRelay()
  await losses['its log'](app)
  await app.startRelay()
  const again = await app.tab(ana.context, 'a.ipynb')
  for (const person of [again, ben]) {
    await person.until('sync', 'saved')
    await expect.poll(() => shown(person), soon).toEqual(['first by ana', 'second by ben, and more'])
  }
  for (const person of [again, ben]) await person.type(1, '.')
  await expect
    .poll(() => sourcesAt(app, 'a.ipynb'), soon)
    .toEqual(['first by ana..', 'second by ben, and more'])
  expect(await recovered(app)).toEqual([])
  expect([...again.complaints, ...ben.complaints]).toEqual([])
})
