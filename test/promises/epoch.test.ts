// If the relay has another history than a browser, the two are never merged as updates: the content that the
// browser has and the relay lacks is merged instead, so that nothing is lost or doubled.
import { cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from 'playwright'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { readSources } from '../support/sources.ts'
import { soon } from '../support/soon.ts'

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
  'all its data': ({ folder }: App): Promise<void> => rm(join(folder, '.llm-notebook'), { recursive: true }),
}

const own = ({ folder }: App): string => join(folder, '.llm-notebook')
const stopped = async (app: App, ...people: Person[]): Promise<void> => {
  await app.stopRelay()
  await Promise.all(people.map((person) => person.until('sync', 'offline')))
}
const fileSays = async (app: App): Promise<string[]> =>
  (JSON.parse(await app.file('a.ipynb')) as { cells: { source: string | string[] }[] }).cells.map(
    ({ source }) => [source].flat().join(''),
  )
/** What everyone sees, and the file contains, in the end. */
const allSee = async (app: App, people: readonly Person[], sources: readonly string[]): Promise<void> => {
  for (const person of people) await expect.poll(() => shown(person), soon).toEqual(sources)
  for (const person of people) {
    await person.until('sync', 'saved')
    expect(person.complaints).toEqual([])
  }
  await expect.poll(() => fileSays(app), soon).toEqual(sources)
  expect(await shown(people[0] ?? (await opened(app)))).toEqual(sources)
}
const bar = ({ page }: Person): Locator => page.getByRole('status').filter({ hasText: 'The relay had lost' })

test.for(Object.entries(losses))(
  'a relay that lost %s gets unsent edits back in place, and no cell twice',
  async ([, lose]) => {
    const app = await started('first', 'second')
    const [ana, ben] = [await opened(app), await opened(app)]
    await ana.type(1, ', known')
    await ana.until('sync', 'saved')
    await ana.until('file', 'written')
    await stopped(app, ana, ben)
    await ana.type(2, ', unsent')
    await lose(app)
    await app.startRelay()
    await allSee(app, [ana, ben], ['first, known', 'second, unsent'])
    expect(await recovered(app)).toEqual([])
    // The person who wrote them is notified until it is dismissed.
    await bar(ana).waitFor()
    expect(await bar(ben).count()).toBe(0)
    await ana.page.reload()
    await bar(ana).getByRole('button', { name: 'Dismiss' }).click()
    await bar(ana).waitFor({ state: 'detached' })
    // Both go on together.
    await ben.type(1, ', and on')
    await allSee(app, [ana, ben], ['first, known, and on', 'second, unsent'])
    expect(await bar(ana).count()).toBe(0)
  },
)

test('a relay that lost its data and has an older file gets the saved edits back once', async () => {
  const app = await started('first', 'second')
  const [ana, ben] = [await opened(app), await opened(app)]
  const older = await app.file('a.ipynb')
  await ana.type(1, ', saved')
  await expect.poll(() => ben.text(1), soon).toBe('first, saved')
  for (const person of [ana, ben]) {
    await person.until('sync', 'saved')
    await person.until('file', 'written')
  }
  await stopped(app, ana, ben)
  await losses['all its data'](app)
  await writeFile(join(app.folder, 'a.ipynb'), older)
  await app.startRelay()
  await allSee(app, [ana, ben], ['first, saved', 'second'])
  expect(await recovered(app)).toEqual([])
})

test('a relay with an older log beside a newer file keeps what file and browser have, once', async () => {
  const app = await started('one', 'second')
  const ana = await opened(app)
  await ana.until('file', 'written')
  await stopped(app, ana)
  const backup = `${app.folder}.backup`
  try {
    await cp(own(app), backup, { recursive: true })
    await app.startRelay()
    await ana.until('sync', 'saved')
    await ana.type(1, '_two')
    await ana.until('sync', 'saved')
    await ana.until('file', 'written')
    expect(await fileSays(app)).toEqual(['one_two', 'second'])
    await stopped(app, ana)
    await ana.type(2, '_unsent')
    await rm(own(app), { recursive: true })
    await cp(backup, own(app), { recursive: true })
  } finally {
    await rm(backup, { recursive: true, force: true })
  }
  await app.startRelay()
  await allSee(app, [ana], ['one_two', 'second_unsent'])
  expect(await recovered(app)).toEqual([])
})

test('unsent edits of three browsers, one with two tabs, are merged into one notebook', async () => {
  const app = await started('first', 'second')
  const [ana, ben, cem] = [await opened(app), await opened(app), await opened(app)]
  const tab = await app.tab(cem.context, 'a.ipynb')
  await tab.until('sync', 'saved')
  await ana.until('file', 'written')
  await stopped(app, ana, ben, cem, tab)
  await ana.type(1, ' ana')
  await ben.type(1, ' ben')
  await cem.type(2, ' cem')
  await expect.poll(() => tab.text(2), soon).toBe('second cem')
  await losses['its log'](app)
  await app.startRelay()
  const all = [ana, ben, cem, tab]
  for (const person of all) {
    await expect.poll(() => person.text(1), soon).toMatch(/^first( ana ben| ben ana)$/)
    await expect.poll(() => person.text(2), soon).toBe('second cem')
  }
  await allSee(app, all, await shown(ana))
  expect(await recovered(app)).toEqual([])
})

test('unsent edits of a closed page that could not be sent are sent when it is opened again', async () => {
  const app = await started('first')
  const ana = await opened(app)
  await ana.until('file', 'written')
  await stopped(app, ana)
  await ana.type(1, ', unsent')
  await ana.page.route('**/api/recover/**', (route) => route.abort())
  await losses['its log'](app)
  await app.startRelay()
  await expect
    .poll(() => ana.page.getByRole('alert').textContent(), soon)
    .toMatch(
      /could not be sent to the relay:\s+the relay cannot be reached\. They stay stored here, and sending is retried/,
    )
  await expect.poll(() => shown(ana), soon).toEqual(['first'])
  await ana.page.close()
  const again = await app.tab(ana.context, 'a.ipynb')
  await allSee(app, [again], ['first, unsent'])
  await bar(again).waitFor()
  await again.page.reload()
  await again.until('sync', 'saved')
  expect(await again.page.getByRole('alert').count()).toBe(0)
  await again.type(1, ', and on')
  await allSee(app, [again], ['first, unsent, and on'])
})

test('if lost and deleted text cannot be distinguished, the browser’s content becomes a second notebook', async () => {
  const app = await started('first', 'second')
  const ana = await opened(app)
  await ana.type(1, ', saved')
  await ana.until('sync', 'saved')
  await ana.until('file', 'written')
  await stopped(app, ana)
  await losses['all its data'](app)
  await writeFile(join(app.folder, 'a.ipynb'), notebookText('another first', 'second'))
  await app.startRelay()
  await bar(ana).getByRole('link').waitFor()
  const [copy = ''] = await recovered(app)
  expect(await bar(ana).getByRole('link').textContent()).toBe(copy)
  expect(await sourcesAt(app, copy)).toEqual(['first, saved', 'second'])
  await allSee(app, [ana], ['another first', 'second'])
})

/** The sources of the state that this browser stored as acknowledged by the relay. */
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

test('a browser without unsent edits causes no recovered notebook, whatever others wrote meanwhile', async () => {
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
