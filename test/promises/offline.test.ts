// Without the relay everything works except prompts; after reconnecting, both sides' edits are merged once.
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { messageAwareness } from '../../shared/protocol.ts'
import { App, lazyPython, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'
import { Wire } from '../support/wire.ts'

let app: App | null = null
const started = async (files: Record<string, string>): Promise<App> => (app = await App.start(files))
afterEach(async () => {
  await app?.close()
  app = null
})

/** No question or error was shown. */
const askedNothing = async (...people: Person[]): Promise<void> => {
  for (const { page, complaints } of people) {
    expect(await page.locator('dialog, [role=dialog], [role=alertdialog]').count()).toBe(0)
    expect(await page.locator('[role=alert]').allInnerTexts()).toEqual([])
    expect(complaints).toEqual([])
  }
}

const sourcesAt = async ({ origin }: App, path: string): Promise<string[]> => {
  const answer = await fetch(`${origin}/api/notebooks/${path}`)
  const { cells } = (await answer.json()) as { cells: { source: string | string[] }[] }
  return cells.map(({ source }) => [source].flat().join(''))
}

test('typing continues offline, a reload still opens the notebook, and both sides are merged once', async () => {
  const app = await started({ 'a.ipynb': notebookText('first', 'second') })
  let ana = await app.person('a.ipynb')
  const ben = await app.writer('a.ipynb')
  for (const person of [ana, ben]) {
    person.page.on('dialog', (dialog) => person.complaints.push(`dialog: ${dialog.message()}`))
    await person.until('sync', 'saved')
  }
  await ana.keptForOffline()
  // He stays, and has what he needs.
  await ben.page.locator('.cm-editor').first().waitFor()
  await app.stopRelay()
  await Promise.all([ana.until('sync', 'offline'), ben.until('sync', 'offline')])

  await ana.type(1, ' by ana')
  await ben.type(1, ' by ben')
  await ben.type(2, ' by ben')
  await ana.button('Add code cell').last().click()
  await ana.page.keyboard.type('third by ana')
  await ana.until('sync', 'offline')

  await ana.page.reload()
  await ana.until('sync', 'offline')
  expect(await ana.page.evaluate(() => crossOriginIsolated)).toBe(true)
  await expect.poll(() => ana.text(1), soon).toBe('first by ana')
  await expect.poll(() => ana.text(3), soon).toBe('third by ana')
  await ana.type(3, ', after a reload')

  // The window is closed just after a key press.
  for (const letter of '!?') {
    await ana.type(3, '')
    await ana.page.keyboard.press(letter)
    await ana.page.close()
    ana = await app.tab(ana.context, 'a.ipynb')
    await expect.poll(() => ana.text(3), soon).toContain(letter)
  }

  await app.startRelay()
  await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
  for (const person of [ana, ben]) {
    await expect.poll(() => person.page.locator('nb-cell').count(), soon).toBe(3)
    await expect.poll(() => person.text(1), soon).toMatch(/^first( by ana by ben| by ben by ana)$/)
    await expect.poll(() => person.text(2), soon).toBe('second by ben')
    await expect.poll(() => person.text(3), soon).toBe('third by ana, after a reload!?')
  }
  expect(await sourcesAt(app, 'a.ipynb')).toEqual([
    await ana.text(1),
    'second by ben',
    'third by ana, after a reload!?',
  ])
  await askedNothing(ana, ben)
})

test('a connection lost during sleep is replaced on waking, and nothing is called saved until then', async () => {
  const app = await started({ 'a.ipynb': notebookText('first') })
  const wire = await Wire.start(app.origin)
  onTestFinished(() => wire.stop())
  const [ana, ben] = [await app.writer(''), await app.writer('a.ipynb')]
  // The client library would notice by itself after half a minute.
  await ana.page.addInitScript(() => {
    const every = window.setInterval
    window.setInterval = ((action: TimerHandler, pause?: number): number =>
      pause === 3_000 ? 0 : every(action, pause)) as typeof setInterval
  })
  await ana.page.goto(`${wire.origin}/notebook/a.ipynb`)
  await ana.until('sync', 'saved')
  /** Records every state of the status line from here on. */
  const said = await ana.page.evaluateHandle(() => {
    const words: string[] = []
    const status = document.querySelector<HTMLElement>('nb-status')
    new MutationObserver(() => words.push(status?.dataset['sync'] ?? '')).observe(status ?? document, {
      attributeFilter: ['data-sync'],
    })
    return words
  })
  const wakings = [
    () => {
      const then = Date.now
      Date.now = () => then() + 20_000
    },
    () => void document.dispatchEvent(new Event('visibilitychange')),
    () => void window.dispatchEvent(new Event('offline')),
  ]
  /** Presence of nobody. */
  const underWay = new Uint8Array([messageAwareness, 1, 0])
  for (const [nth, wake] of wakings.entries()) {
    const before = wire.opened
    wire.silence()
    if (nth === 1) await ana.type(1, ' typed')
    await ana.page.evaluate(wake)
    if (nth === 2) wire.send(underWay)
    await expect.poll(() => wire.opened, soon).toBeGreaterThan(before)
    await ana.until('sync', 'saved')
  }
  expect((await said.jsonValue()).join(' ')).toMatch(/unsaved offline .*saved$/)
  await expect.poll(() => ben.text(1), soon).toBe('first typed')
  expect(ana.complaints).toEqual([])
})

test('Python runs after an offline reload, even if it was never used before, and its output is shown after another', async () => {
  const app = await started({
    'a.ipynb': notebookText(
      'import json\nprint(json.dumps({"six": 2 * 3}))\nclass Page:\n    def _repr_html_(self): return "<b id=mark>from Python</b>"\nPage()',
    ),
  })
  const ana = await app.person('a.ipynb')
  await ana.until('sync', 'saved')
  await ana.keptForOffline()
  await app.stopRelay()
  await ana.page.reload()
  await ana.until('sync', 'offline')
  await ana.into(1)
  await ana.page.keyboard.press('Control+Enter')
  await ana.cellIs(1, 'done')
  expect(await ana.output(1).innerText()).toContain('{"six": 6}')

  await ana.page.reload()
  await ana.until('sync', 'offline')
  await ana.output(1).locator('iframe').waitFor()
  await expect.poll(() => ana.page.frames().length, soon).toBe(2)
  const frame = ana.page.frames()[1]
  if (frame === undefined) throw new Error('there is no frame')
  await frame.locator('#mark').waitFor()
  expect(await frame.locator('#mark').innerText()).toBe('from Python')
  expect(await frame.evaluate(() => self.origin)).toBe('null')

  await app.startRelay()
  await ana.until('sync', 'saved')
  const ben = await app.writer('a.ipynb')
  await ben.cellIs(1, 'done')
  await expect.poll(() => ben.output(1).innerText(), soon).toContain('{"six": 6}')
  await askedNothing(ana, ben)
})

test('two tabs of one browser see each other’s edits offline, and both are merged once', async () => {
  const app = await started({ 'a.ipynb': notebookText('first', 'second') })
  const ana = await app.person('a.ipynb')
  await ana.until('sync', 'saved')
  await ana.keptForOffline()
  const tab = await app.tab(ana.context, 'a.ipynb')
  await tab.until('sync', 'saved')
  await app.stopRelay()
  await Promise.all([ana.until('sync', 'offline'), tab.until('sync', 'offline')])
  await ana.type(1, ' from one tab')
  await expect.poll(() => tab.text(1), soon).toBe('first from one tab')
  await tab.type(2, ' from the other')
  await expect.poll(() => ana.text(2), soon).toBe('second from the other')

  // A tab opened offline joins in, and closing one loses nothing.
  const third = await app.tab(ana.context, 'a.ipynb')
  await third.until('sync', 'offline')
  await expect.poll(() => third.text(2), soon).toBe('second from the other')
  await third.type(2, ', and a third')
  await expect.poll(() => ana.text(2), soon).toBe('second from the other, and a third')
  await third.page.close()

  await app.startRelay()
  await Promise.all([ana.until('sync', 'saved'), tab.until('sync', 'saved')])
  const expected = ['first from one tab', 'second from the other, and a third']
  await expect.poll(() => sourcesAt(app, 'a.ipynb'), soon).toEqual(expected)
  for (const person of [ana, tab])
    await expect.poll(() => Promise.all([person.text(1), person.text(2)]), soon).toEqual(expected)
  await askedNothing(ana, tab)
})

const refusals = {
  'no database': () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
  },
  'a database that fails': () => {
    const open = IDBFactory.prototype.open
    IDBFactory.prototype.open = function (this: IDBFactory, name: string) {
      // Opening an older version than the existing one ends in an error event.
      open.call(this, name, 9)
      return open.call(this, name, 1)
    }
  },
  'no storage at all': () => {
    const refuse = (): never => {
      throw new DOMException('Access is denied for this document.', 'SecurityError')
    }
    Object.defineProperty(window, 'localStorage', { get: refuse })
    Object.defineProperty(window, 'indexedDB', { get: refuse })
    Object.defineProperty(window, 'caches', { get: refuse })
    Object.defineProperty(navigator, 'serviceWorker', { get: refuse })
  },
}

test.for(Object.entries(refusals))(
  'a browser with %s works and says what it does not store',
  async ([, refuse]) => {
    const app = await started({ 'a.ipynb': notebookText('first') })
    const context = await app.newContext()
    await context.addInitScript(lazyPython)
    await context.addInitScript(refuse)
    const ana = await app.tab(context, 'a.ipynb')
    await ana.until('sync', 'saved')
    await expect.poll(() => ana.status.innerText(), soon).toContain('Not stored in this browser')
    await ana.type(1, ' written')
    await ana.until('sync', 'saved')
    await expect.poll(() => sourcesAt(app, 'a.ipynb'), soon).toEqual(['first written'])
    await app.stopRelay()
    await ana.until('sync', 'offline')
    await ana.type(1, ' and kept while it is open')
    await app.startRelay()
    await ana.until('sync', 'saved')
    await expect
      .poll(() => sourcesAt(app, 'a.ipynb'), soon)
      .toEqual(['first written and kept while it is open'])
    await askedNothing(ana)
  },
)

test('a notebook that this browser does not store says so offline, and opens after reconnecting', async () => {
  const app = await started({ 'a.ipynb': notebookText('first'), 'b.ipynb': notebookText('other') })
  const ana = await app.person('a.ipynb')
  await ana.until('sync', 'saved')
  await ana.keptForOffline()
  await app.stopRelay()
  await ana.page.goto(`${app.origin}/notebook/b.ipynb`)
  await ana.page
    .getByText('This notebook is not stored in this browser, and the relay cannot be reached.')
    .waitFor()
  expect(await ana.page.locator('nb-cell').count()).toBe(0)
  await ana.page.goto(`${app.origin}/`)
  await ana.page.getByText('the relay cannot be reached').waitFor()

  await ana.page.goto(`${app.origin}/notebook/b.ipynb`)
  await ana.until('sync', 'offline')
  await app.startRelay()
  await expect.poll(() => ana.text(1), soon).toBe('other')
  await ana.until('sync', 'saved')
  await askedNothing(ana)
})
