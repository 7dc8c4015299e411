// The history: anyone can see who wrote what, name a version, compare it with the present, and restore a cell
// or everything.
import axe, { type AxeResults } from 'axe-core'
import type { Locator } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
let ben: Person

beforeAll(async () => {
  app = await App.start()
  ;[ana, ben] = await app.anaAndBen()
})
afterAll(() => app.close())

const meet = (...cells: readonly CellSketch[]): Promise<string> =>
  app.meet([ana, ben], notebookFile(...cells))

const panel = (person: Person): Locator => person.page.getByRole('complementary', { name: 'History' })
const slider = (person: Person): Locator => panel(person).getByRole('slider', { name: 'Version' })
const versions = (person: Person): Locator =>
  panel(person).getByRole('list', { name: 'Versions' }).getByRole('listitem')
const group = (person: Person, name: string): Locator =>
  panel(person).getByRole('group', { name, exact: true })

const openHistory = async (person: Person): Promise<void> => {
  await person.panel('History')
  await slider(person).waitFor()
}

/** The lines of a cell's comparison, with their sign and author. */
const lines = (cell: Locator): Promise<string[]> =>
  cell.locator('.nb-diff-line').evaluateAll((all) =>
    all.map((line) =>
      ['.nb-diff-sign', '.nb-diff-text', '.nb-diff-by']
        .map((part) => {
          const copy = line.querySelector(part)?.cloneNode(true) as Element | undefined
          copy?.querySelector('.nb-hidden')?.remove()
          return copy?.textContent.trim() ?? ''
        })
        .join('|'),
    ),
  )

const both = async (...sources: string[]): Promise<void> => {
  for (const person of [ana, ben]) await expect.poll(() => shownSources(person), soon).toEqual(sources)
}

const writeAfterEachOther = async (): Promise<void> => {
  await ana.type(1, '\nby_ana = 1')
  await expect.poll(() => ben.text(1), soon).toBe('start = 0\nby_ana = 1')
  await ben.type(1, '\nby_ben = 2')
  await ben.into(3)
  await ben.page.keyboard.press('Escape')
  await ben.page.keyboard.press('d')
  await ben.page.keyboard.press('d')
  await ben.until('sync', 'saved')
  await both('start = 0\nby_ana = 1\nby_ben = 2', 'kept = 1')
}

test('versions show who wrote what, can be named, and a restored cell can be undone', async () => {
  await meet(['code', 'start = 0'], ['code', 'kept = 1'], ['code', 'gone = 2\nand = 3'])
  await writeAfterEachOther()
  await openHistory(ana)
  await panel(ana).getByText('The same as now.').waitFor()
  await expect.poll(() => versions(ana).count(), soon).toBe(4)
  expect((await versions(ana).locator('span').allTextContents()).map((text) => text.trim())).toEqual([
    'Ben',
    'Ben',
    'Ana',
    'The beginning',
  ])

  // By keyboard, to the end of Ana's edits.
  await slider(ana).focus()
  await ana.page.keyboard.press('ArrowLeft')
  await panel(ana).getByText('1 cell differs from now.').waitFor()
  await ana.page.keyboard.press('ArrowLeft')
  await panel(ana).getByText('2 cells differ from now.').waitFor()
  expect(await slider(ana).getAttribute('aria-valuetext')).toContain('Ana')
  const [changed, gone] = [group(ana, 'Cell 1, changed'), group(ana, 'Cell 3, deleted since')]
  await expect.poll(() => lines(changed), soon).toEqual(['|start = 0|', '|by_ana = 1|', '+|by_ben = 2|Ben'])
  await expect.poll(() => lines(gone), soon).toEqual(['−|gone = 2|', '−|and = 3|'])
  await panel(ana).getByText('1 cell unchanged').click()
  await panel(ana).locator('pre', { hasText: 'kept = 1' }).waitFor()

  await panel(ana).getByLabel('Name of this version').fill('Before Ben')
  await ana.button('Name this version').click()
  await versions(ana).getByText('Before Ben').waitFor()

  // To the beginning, where Ana's text is new, too, and back by name.
  await ana.page.keyboard.press('Tab')
  await slider(ana).focus()
  await ana.page.keyboard.press('Home')
  await expect
    .poll(() => lines(changed), soon)
    .toEqual(['|start = 0|', '+|by_ana = 1|Ana', '+|by_ben = 2|Ben'])
  await versions(ana)
    .getByRole('button', { name: /Before Ben/ })
    .click()
  await expect.poll(() => lines(changed), soon).toEqual(['|start = 0|', '|by_ana = 1|', '+|by_ben = 2|Ben'])

  // One cell is restored for both, and the other change stays.
  await gone.getByRole('button', { name: 'Restore this cell' }).click()
  await both('start = 0\nby_ana = 1\nby_ben = 2', 'kept = 1', 'gone = 2\nand = 3')
  await panel(ana).getByText('1 cell differs from now.').waitFor()
  await ana.page.keyboard.press('Control+z')
  await both('start = 0\nby_ana = 1\nby_ben = 2', 'kept = 1')
  await panel(ana).getByText('2 cells differ from now.').waitFor()

  // Ben finds the name, too, and keys do nothing to the notebook behind.
  await openHistory(ben)
  await versions(ben).getByText('Before Ben').waitFor()
  for (const key of ['d', 'd', 'a', 'z', 'Shift+Enter']) await ben.page.keyboard.press(key)
  await ben.page.keyboard.press('Escape')
  await expect.poll(() => panel(ben).count(), soon).toBe(0)
  await both('start = 0\nby_ana = 1\nby_ben = 2', 'kept = 1')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('a cell that existed for less than a minute has its own version, and every change can be stepped through', async () => {
  await meet(['code', 'start = 0'])
  await ana.into(1)
  for (const key of ['Escape', 'b']) await ana.page.keyboard.press(key)
  await ana.type(2, 'brief')
  for (const key of ['Escape', 'd', 'd']) await ana.page.keyboard.press(key)
  await both('start = 0')
  await ana.until('sync', 'saved')
  await openHistory(ana)
  await panel(ana).getByText('The same as now.').waitFor()
  // The beginning, the new cell, its text, and its deletion.
  await expect.poll(() => versions(ana).count(), soon).toBe(4)
  await slider(ana).focus()
  await ana.page.keyboard.press('ArrowLeft')
  const gone = group(ana, 'Cell 2, deleted since')
  await expect.poll(() => lines(gone), soon).toEqual(['−|brief|Ana'])
  const finer = panel(ana).getByRole('slider', { name: 'Change', exact: true })
  expect(await finer.getAttribute('aria-valuetext')).toBe('Change 5 of 5')
  await finer.focus()
  await ana.page.keyboard.press('ArrowLeft')
  await ana.page.keyboard.press('ArrowLeft')
  await expect.poll(() => lines(gone), soon).toEqual(['−|bri|Ana'])
  await gone.getByRole('button', { name: 'Restore this cell' }).click()
  await both('start = 0', 'bri')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('Restore all is one undo step and keeps what another person types meanwhile', async () => {
  await meet(['code', 'start = 0'], ['code', 'kept = 1'], ['code', 'gone = 2\nand = 3'])
  await writeAfterEachOther()
  await ben.into(2)
  await ben.page.keyboard.press('Control+End')
  await openHistory(ana)
  await slider(ana).focus()
  await ana.page.keyboard.press('Home')
  await panel(ana).getByText('2 cells differ from now.').waitFor()
  // At the same time: neither has received the other's change yet.
  await ben.context.setOffline(true)
  await ben.page.keyboard.type(' # typed meanwhile')
  await ana.button('Restore all').click()
  await expect.poll(() => shownSources(ana), soon).toEqual(['start = 0', 'kept = 1', 'gone = 2\nand = 3'])
  await ben.context.setOffline(false)
  await both('start = 0', 'kept = 1 # typed meanwhile', 'gone = 2\nand = 3')
  await ben.page.keyboard.type('!')
  await both('start = 0', 'kept = 1 # typed meanwhile!', 'gone = 2\nand = 3')
  await ana.page.keyboard.press('Control+z')
  await both('start = 0\nby_ana = 1\nby_ben = 2', 'kept = 1 # typed meanwhile!')
  await ana.page.keyboard.press('Control+Shift+z')
  await both('start = 0', 'kept = 1 # typed meanwhile!', 'gone = 2\nand = 3')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('the open panel follows what is typed, and runs nothing in a notebook', async () => {
  const hostile = '<img src=x onerror="window.hit = 1"><script>window.hit = 1</script>'
  await meet(['note', hostile], ['code', 'a = 1'])
  await openHistory(ana)
  await panel(ana).getByText('2 cells unchanged').click()
  await panel(ana).locator('pre', { hasText: '<img src=x' }).waitFor()
  await ben.type(2, '\nb = 2')
  await panel(ana).getByText('1 cell differs from now.').waitFor()
  await expect.poll(() => lines(group(ana, 'Cell 2, changed')), soon).toEqual(['|a = 1|', '+|b = 2|Ben'])
  await expect.poll(() => versions(ana).count(), soon).toBe(2)
  expect(await ana.page.evaluate(() => 'hit' in window)).toBe(false)
  expect(await panel(ana).locator('img, iframe, script').count()).toBe(0)
})

test('without the relay the panel says that the history is stored there, and shows it after reconnecting', async () => {
  await meet(['code', 'a = 1'])
  await app.stopRelay()
  await ana.until('sync', 'offline')
  await ana.button('History').click()
  await panel(ana).getByText('The history is stored on the relay').waitFor()
  expect(await slider(ana).count()).toBe(0)
  await app.startRelay()
  await slider(ana).waitFor()
  await expect.poll(() => panel(ana).getByText('The history is stored on the relay').count(), soon).toBe(0)
  await panel(ana).getByText('The same as now.').waitFor()
  await ana.button('Close history').click()
  await expect.poll(() => panel(ana).count(), soon).toBe(0)
})

/** Colours do not depend on the width: two of the four combinations cover both. */
const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 375, height: 800 } },
] as const

test.each(looks)('the history panel is accessible: $colorScheme, $viewport.width px', async (look) => {
  const path = await meet(
    ['code', 'start = 0'],
    ['code', 'kept = 1'],
    ['code', `long = "${'x'.repeat(300)}"`],
  )
  await ben.type(1, '\nby_ben = 2')
  await ben.into(3)
  for (const key of ['Escape', 'd', 'd']) await ben.page.keyboard.press(key)
  await ben.until('sync', 'saved')
  const carl = await app.writer(path, { ...app.returning('Carl', '#2e7031'), ...look })
  await openHistory(carl)
  await slider(carl).focus()
  await carl.page.keyboard.press('Home')
  await panel(carl).getByText('2 cells differ from now.').waitFor()
  await carl.page.evaluate(axe.source)
  const found = await carl.page.evaluate((): Promise<AxeResults> => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
    return axe.run()
  })
  const faults = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(faults.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  const sticksOut = await panel(carl).evaluate((section) => section.scrollWidth - section.clientWidth)
  expect(sticksOut).toBe(0)
  // The notebook behind cannot be reached: Tab stays in the header, the panel and the status line.
  for (let press = 0; press < 30; press++) {
    await carl.page.keyboard.press('Tab')
    expect(await carl.page.evaluate(() => document.activeElement?.closest('nb-notebook'))).toBeNull()
  }
  await carl.context.close()
})
