// Work in one cell causes none in the others.
import * as decoding from 'lib0/decoding'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEntries } from '../../shared/awareness.ts'
import { messageAwareness } from '../../shared/protocol.ts'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start({})
})
afterAll(() => app.close())

/** Records in which cells anything renders, even without a change, or the DOM changes. */
const watchCells = (person: Person): Promise<void> =>
  person.page.evaluate(() => {
    const cells = [...document.querySelectorAll('nb-cell')]
    const touched = new Set<number>()
    const note = (node: Node): void => {
      const cell = (node instanceof Element ? node : node.parentElement)?.closest('nb-cell')
      if (cell) touched.add(cells.indexOf(cell) + 1)
    }
    const list = document.querySelector('nb-notebook')
    if (!list) throw new Error('no notebook')
    new MutationObserver((records) => {
      for (const { target } of records) note(target)
    }).observe(list, { subtree: true, childList: true, attributes: true, characterData: true })
    let rendering: unknown = customElements.get('nb-cell')?.prototype
    while (rendering && !Object.hasOwn(rendering, 'performUpdate'))
      rendering = Object.getPrototypeOf(rendering)
    const lit = rendering as { performUpdate: () => void }
    const { performUpdate } = lit
    lit.performUpdate = function (this: Element) {
      note(this)
      performUpdate.call(this)
    }
    Object.assign(window, { touched })
  })

/** Clears the record, too. */
const touched = (person: Person): Promise<number[]> =>
  person.page.evaluate(() => {
    const { touched } = window as unknown as { touched: Set<number> }
    const found = [...touched].sort((a, b) => a - b)
    touched.clear()
    return found
  })

/** Waits until no cell has rendered for a while. */
const quiet = (person: Person): Promise<void> =>
  expect
    .poll(async () => {
      await touched(person)
      await person.page.evaluate(async () => {
        for (let frame = 0; frame < 30; frame++)
          await new Promise((resolve) => requestAnimationFrame(resolve))
      })
      return touched(person)
    }, soon)
    .toEqual([])

test('typing, another person’s caret and their leaving cause work only in the cells concerned', async () => {
  const cells = Array.from({ length: 1_000 }, (_, i): CellSketch => ['code', `x${i} = ${i}`])
  await app.create('quiet.ipynb', notebookFile(...cells))
  const ana = await app.writer('')
  /** The clients whose presence her page sends. */
  const told = new Set<number>()
  ana.page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (typeof payload === 'string' || payload[0] !== messageAwareness) return
      const decoder = decoding.createDecoder(payload.subarray(1))
      for (const { client } of readEntries(decoding.readVarUint8Array(decoder))) told.add(client)
    }),
  )
  await ana.page.goto(`${app.origin}/notebook/quiet.ipynb`)
  await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
  // Cells that have been seen contain more that could render again.
  await ana.page.evaluate(async () => {
    for (let step = 0; step < 20; step++) {
      scrollBy({ top: 1_000, behavior: 'instant' })
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    scrollTo({ top: 0, behavior: 'instant' })
  })
  const ben = await app.writer('quiet.ipynb', app.returning('Ben', '#1f63b5'))
  await ben.into(6)
  await ana.into(5)
  const caret = (position: number) => ana.cell(position).locator('.nb-caret')
  // The name at the caret is no longer shown.
  await ana.cell(6).locator('.nb-caret[data-still]').waitFor({ state: 'attached' })
  await ana.until('sync', 'saved')
  await watchCells(ana)
  await quiet(ana)

  await ana.page.keyboard.type('typed')
  await expect.poll(() => app.file('quiet.ipynb'), soon).toContain('typed')
  await ana.until('file', 'written')
  expect(await touched(ana)).toEqual([5])

  const place = (): Promise<number> => caret(6).evaluate((element) => element.getBoundingClientRect().left)
  const start = ((await ana.source(6).boundingBox())?.x ?? NaN) + 20
  await ben.press('Home')
  await expect.poll(place, soon).toBeLessThan(start)
  expect(await touched(ana)).toEqual([6])
  await ben.into(7)
  await caret(7).waitFor()
  expect(await touched(ana)).toEqual([6, 7])
  await ben.context.close()
  await caret(7).waitFor({ state: 'detached' })
  await ana.page.getByRole('list', { name: 'People' }).getByText('Ben').waitFor({ state: 'detached' })
  expect(await touched(ana)).toEqual([7])
  // Only her own: presence that came from the relay is not sent back.
  expect(told.size).toBe(1)
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})
