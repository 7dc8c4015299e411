// More people in a notebook than the header has room for.
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'
import { WebSocket } from 'ws'
import { App } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App
const others: WebsocketProvider[] = []

/** Another client of the notebook. */
const join = async (name: string, cell: string): Promise<void> => {
  const provider = new WebsocketProvider(`${app.origin.replace('http', 'ws')}/sync`, 'a.ipynb', new Y.Doc(), {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  others.push(provider)
  for (const type of [103, 105, 106]) provider.messageHandlers[type] = () => undefined
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
  provider.awareness.setLocalStateField('user', { id: name, name, color: '#1f63b5' })
  provider.awareness.setLocalStateField('executor', `of ${name}`)
  provider.awareness.setLocalStateField('cell', cell)
}

beforeAll(async () => {
  app = await App.start({
    'a.ipynb': notebookFile(...Array.from({ length: 60 }, (_, at) => ['code', `x${at}`] as const)),
  })
})
afterAll(async () => {
  for (const provider of others) {
    provider.destroy()
    provider.awareness.destroy()
  }
  await app.close()
})

test('the header shows some of them and has a list of the others, in which one can be followed', async () => {
  const ana = await app.opened('a.ipynb', { viewport: { width: 1_280, height: 800 } })
  const ben = await app.opened('a.ipynb', {
    viewport: { width: 375, height: 740 },
    isMobile: true,
    hasTouch: true,
  })
  const last = await ana.page.locator('nb-cell').last().getAttribute('data-cell-id')
  const name = `Maximilian ${'von und zu '.repeat(12)}Hohenstein`
  for (const each of [...Array.from({ length: 12 }, (_, at) => `Person ${at}`), name])
    await join(each, last ?? '')

  for (const [person, shown] of [
    [ana, 8],
    [ben, 4],
  ] as const) {
    const people = person.page.getByRole('list', { name: 'People' }).getByRole('button')
    await expect.poll(() => people.count(), soon).toBe(shown)
    const more = person.page.getByRole('button', { name: /^\d+ more people$/ })
    expect(Number.parseInt((await more.getAttribute('title')) ?? '')).toBe(15 - (shown - 1))
    expect(await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    await more.click()
    const list = person.page.getByRole('list', { name: 'Others' })
    await expect.poll(() => list.getByRole('button').count(), soon).toBe(15 - (shown - 1))
    expect(await list.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
    await person.press('Escape')
    await expect.poll(() => list.count(), soon).toBe(0)
    expect(await more.evaluate((button) => button === document.activeElement)).toBe(true)
    await more.click()
    const chosen = list.getByRole('button', { name: /^Person/ }).first()
    const followed = (await chosen.locator('.nb-name').textContent()) ?? ''
    await chosen.click()
    const pressed = person.page.getByRole('list', { name: 'People' }).locator('[aria-pressed=true]')
    await expect.poll(() => pressed.getAttribute('title'), soon).toBe(`Following ${followed}`)
    await expect
      .poll(
        () =>
          person.page
            .locator('nb-cell')
            .last()
            .evaluate((cell) => cell.getBoundingClientRect().top),
        soon,
      )
      .toBeLessThan(700)
    expect(person.complaints).toEqual([])
  }
})
