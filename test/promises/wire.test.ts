// Between page and relay are networks and proxies. Whatever they lose, refuse or cut, nothing is called saved
// too early, and everything arrives.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { App, Person } from '../support/app.ts'
import * as Y from 'yjs'
import { updateMessage } from '../../relay/sync/message.ts'
import { notebookText, TestSocket } from '../support/relay.ts'
import { Wire } from '../support/wire.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
let wire: Wire | null = null
afterEach(async () => {
  await app?.close()
  await wire?.stop()
  app = wire = null
})

const started = async (...sources: string[]): Promise<{ app: App; wire: Wire }> => {
  app = await App.start({ 'a.ipynb': notebookText(...sources) })
  wire = await Wire.start(app.origin)
  return { app, wire }
}

/** A person whose connection to the relay goes through the wire. */
const behind = async (app: App, wire: Wire): Promise<Person> => {
  const person = await app.writer('')
  await person.page.goto(`${wire.origin}/notebook/a.ipynb`)
  await person.until('sync', 'saved')
  return person
}

const updateWithoutBeginning = (): Uint8Array => {
  const written: Uint8Array[] = []
  const doc = new Y.Doc()
  doc.on('update', (update: Uint8Array) => written.push(update))
  for (const letter of 'ab') doc.getText('t').insert(0, letter)
  return updateMessage(written[1] ?? new Uint8Array())
}

const isUpdate = ([type, step]: Uint8Array): boolean => type === 0 && step === 2

/** Records every state of the status line from here on. */
const listen = async ({ page }: Person): Promise<() => Promise<string[]>> => {
  await page.evaluate(() => {
    const status = document.querySelector<HTMLElement>('nb-status')
    const said: string[] = []
    const note = (): void => {
      const word = status?.dataset['sync'] ?? ''
      if (said.at(-1) !== word) said.push(word)
    }
    new MutationObserver(note).observe(status ?? document, { attributeFilter: ['data-sync'] })
    Object.assign(window, { said })
  })
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said)
}

test('a lost message is requested again in both directions, and nothing is called saved until then', async () => {
  const { app, wire } = await started('first', 'second')
  const [ana, ben] = [await behind(app, wire), await app.writer('a.ipynb')]
  await ben.until('sync', 'saved')
  const lose = (toRelay: boolean, many: number): (() => number) => {
    let lost = 0
    wire.drops = (message, there) => there === toRelay && isUpdate(message) && lost < many && ++lost > 0
    return () => lost
  }

  // One in the middle of typing.
  await ana.into(1)
  await ana.page.keyboard.press('Control+End')
  const middle = lose(true, 1)
  const said = await listen(ana)
  // Character by character, faster than any answer arrives.
  await ana.page.evaluate(async () => {
    for (const letter of ' typed') {
      document.execCommand('insertText', false, letter)
      await Promise.resolve()
    }
  })
  await expect.poll(middle, soon).toBe(1)
  await ana.until('sync', 'saved')
  await expect.poll(() => ben.text(1), soon).toBe('first typed')
  expect((await said()).filter((word) => word === 'saved')).toHaveLength(1)

  // The last one, and one that only deletes.
  for (const [key, text] of [
    ['s', 'first typeds'],
    ['Backspace', 'first typed'],
  ] as const) {
    const last = lose(true, 1)
    const { length } = await said()
    await ana.page.keyboard.press(key)
    await expect.poll(last, soon).toBe(1)
    await expect.poll(async () => (await said()).slice(length), soon).toEqual(['unsaved', 'saved'])
    await expect.poll(() => ben.text(1), soon).toBe(text)
  }

  // The same in the direction of the page: first one in the middle, then the last.
  const there = lose(false, 1)
  await ben.type(2, ' by ben')
  await expect.poll(() => ana.text(2), soon).toBe('second by ben')
  expect(there()).toBe(1)
  const end = lose(false, 1)
  await ben.page.keyboard.press('!')
  await expect.poll(end, soon).toBe(1)
  await expect.poll(() => ana.text(2), soon).toBe('second by ben!')
  await ana.until('sync', 'saved')

  // A client leaves a gap for ever, and messages are lost while a page opens: the page opens and can save.
  const bad = new TestSocket(`${app.origin.replace('http', 'ws')}/sync/a.ipynb`)
  await bad.opened
  bad.socket.send(updateWithoutBeginning())
  await expect
    .poll(() => bad.messages.filter(([type, step]) => type === 0 && step === 0).length, soon)
    .toBe(2)
  bad.socket.terminate()
  let opening = 0
  wire.drops = (_, there) => !there && opening++ < 3
  const carla = await behind(app, wire)
  expect(await carla.text(2)).toBe('second by ben!')
  for (const person of [ana, ben, carla]) expect(person.complaints).toEqual([])
})

/** Pastes that many bytes, as lines, into the focused cell. */
const paste = ({ page }: Person, bytes: number): Promise<void> =>
  page.evaluate((count) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'x = "fifty letters make a line, give or take a few"\n'.repeat(count))
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  }, bytes / 50)

test('a paste of 5 MB passes a proxy with a limit of 1 MB per message, and 1 MB one with 100 kB', async () => {
  const { app, wire } = await started('first', 'second')
  const [ana, ben] = [await behind(app, wire), await app.writer('a.ipynb')]
  wire.limit = 1 << 20
  wire.sent = wire.largest = 0
  const before = wire.opened
  await ana.into(1)
  await paste(ana, 5_000_000)
  await ana.until('sync', 'saved')
  const length = (): Promise<number> =>
    fetch(`${app.origin}/api/notebooks/a.ipynb`)
      .then((answer) => answer.text())
      .then((text) => text.length)
  expect(await length()).toBeGreaterThan(5_000_000)
  expect(wire.opened).toBe(before)
  expect(wire.largest).toBeLessThan(512_000)
  expect(wire.sent).toBeLessThan(6_000_000)

  wire.limit = 100_000
  await ana.into(2)
  await paste(ana, 1_000_000)
  await ana.until('sync', 'saved')
  expect(await length()).toBeGreaterThan(6_000_000)
  expect(wire.opened).toBe(before + 1)
  await ben.until('sync', 'saved')
  expect(ana.complaints).toEqual([])
})

test('if large messages do not get through, the page says why, retries rarely, and everything else continues', async () => {
  const { app, wire } = await started('first', 'second')
  const [ana, ben] = [await behind(app, wire), await app.writer('a.ipynb')]
  wire.limit = 8_000
  const before = wire.opened
  await ana.into(1)
  await paste(ana, 500_000)
  await expect.poll(() => ana.status.innerText(), soon).toContain('an edit is too large for the connection')
  await expect.poll(() => wire.opened - before, soon).toBe(3)
  await ana.until('sync', 'unsaved')
  await ben.type(2, ' by ben')
  await expect.poll(() => ana.text(2), soon).toBe('second by ben')
  expect(await ana.status.innerText()).toContain('an edit is too large for the connection')
  expect(wire.opened - before).toBe(3)
  wire.limit = Infinity
  await ana.page.reload()
  await ana.until('sync', 'saved')
  await expect.poll(async () => (await ben.text(1)).length, soon).toBeGreaterThan(1000)
  expect(ana.complaints).toEqual([])
})

test('nothing typed is lost if a proxy still accepts connections after the relay has gone', async () => {
  const { app, wire } = await started('first')
  const ana = await behind(app, wire)
  await app.stopRelay()
  await ana.type(1, ' typed meanwhile')
  const before = wire.opened
  // The delays do not grow as after a rejected edit: the sixth attempt would be after minutes.
  await expect.poll(() => wire.opened - before, { timeout: 60_000 }).toBeGreaterThanOrEqual(8)
  await app.startRelay()
  await ana.until('sync', 'saved')
  await expect.poll(() => app.file('a.ipynb'), soon).toContain('first typed meanwhile')
})

test('on a network that comes and goes the editor stays mounted and no character is lost', async () => {
  const { app, wire } = await started('')
  const [ana, ben] = [await behind(app, wire), await app.writer('a.ipynb')]
  await ana.into(1)
  await ana.page.evaluate(() => Object.assign(window, { editor: document.activeElement }))
  const letters = 'abcdefghij'
  for (let phase = 0; phase < 6; phase++) {
    wire.down = phase % 2 === 0
    await ana.page.keyboard.type(letters, { delay: 200 })
    expect(await ana.page.locator('.nb-empty, [role=alert]').count()).toBe(0)
  }
  expect(await ana.page.evaluate(() => Reflect.get(window, 'editor') === document.activeElement)).toBe(true)
  await ana.until('sync', 'saved')
  await expect.poll(() => ben.text(1), soon).toBe(letters.repeat(6))
  expect(await ana.text(1)).toBe(letters.repeat(6))
  expect(ana.complaints).toEqual([])
})

test('a second tab does not call saved what only it knows, and offline edits of both arrive once', async () => {
  const { app, wire } = await started('first', 'second')
  const [ana, ben] = [await behind(app, wire), await app.writer('a.ipynb')]
  const another = async (): Promise<Person> => {
    const opened = ana.context.waitForEvent('page')
    await ana.page.evaluate(() => void window.open(location.href))
    const tab = new Person(await opened, ana.context)
    await tab.page.locator('nb-cell').nth(1).waitFor()
    return tab
  }
  const tab = await another()
  await tab.until('sync', 'saved')

  // The tabs talk past the relay, which never receives what the new one sends.
  wire.drops = (message, toRelay) => toRelay && Buffer.from(message).includes('lost words')
  const third = await another()
  await third.until('sync', 'saved')
  await third.into(1)
  await third.page.keyboard.press('Control+End')
  await third.page.keyboard.insertText(', lost words')
  await expect.poll(() => tab.text(1), soon).toBe('first, lost words')
  await tab.until('sync', 'unsaved')
  await third.page.close()
  expect(await tab.status.getAttribute('data-sync')).toBe('unsaved')
  wire.drops = () => false
  await tab.until('sync', 'saved')
  await expect.poll(() => ben.text(1), soon).toBe('first, lost words')

  wire.down = true
  await Promise.all([ana.until('sync', 'offline'), tab.until('sync', 'offline')])
  await ana.type(2, ' by one')
  await expect.poll(() => tab.text(2), soon).toBe('second by one')
  await tab.type(2, ', by the other')
  await tab.page.close()
  wire.down = false
  await ana.until('sync', 'saved')
  await expect.poll(() => ben.text(2), soon).toBe('second by one, by the other')
  for (const person of [ana, ben, tab, third]) expect(person.complaints).toEqual([])
})

test('a frozen tab sends its unsent edit after it thaws, merged with other edits and the file', async () => {
  const { app, wire } = await started('first', 'second')
  const [ana, ben] = [await behind(app, wire), await app.writer('a.ipynb')]
  await ben.until('file', 'written')
  wire.down = true
  await ana.until('sync', 'offline')
  await ana.type(1, ' by ana')
  const devtools = await ana.context.newCDPSession(ana.page)
  const life = (state: 'frozen' | 'active'): Promise<unknown> =>
    devtools.send('Page.setWebLifecycleState', { state })
  await life('frozen')
  wire.down = false
  await ben.type(1, ' by ben')
  await ben.until('file', 'written')
  await writeFile(
    join(app.folder, 'a.ipynb'),
    (await app.file('a.ipynb')).replace('second', 'second from outside'),
  )
  await expect.poll(() => ben.text(2), soon).toBe('second from outside')
  await app.stopRelay()
  await app.startRelay()
  await ben.until('sync', 'saved')
  await life('active')
  await ana.until('sync', 'saved')
  for (const person of [ana, ben]) {
    await expect.poll(() => person.text(1), soon).toMatch(/^first( by ana by ben| by ben by ana)$/)
    await expect.poll(() => person.text(2), soon).toBe('second from outside')
    expect(await person.page.locator('nb-cell').count()).toBe(2)
    expect(person.complaints).toEqual([])
  }
})
