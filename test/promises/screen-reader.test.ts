// An hour's tasks by what a screen reader announces, and a focus that is never lost to other people's
// actions.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locator } from 'playwright'
import { App, patience, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  const text = notebookText('one = 1', 'two = 2', 'three = 3', 'print(1)')
  app = await App.start({ 'b.ipynb': text, 'c.ipynb': text })
})
afterAll(() => app.close())

test('a notebook is created, edited, run, searched, commented on, exported and renamed by roles and names', async () => {
  const { page, context, complaints } = await app.writer('')
  type Role = Parameters<typeof page.getByRole>[0]
  const by = (role: Role, name: string): Locator => page.getByRole(role, { name, exact: true })
  const cell = (name: string): Locator => page.getByRole('group', { name, exact: true })
  const press = (role: Role, name: string): Promise<void> => by(role, name).first().press('Enter')

  await by('textbox', 'Name of the new notebook').fill('rain')
  await press('button', 'New notebook')
  await page.getByRole('heading', { name: 'rain', exact: true }).waitFor()
  await press('button', 'Add note')
  await by('textbox', 'Source of cell 1').focus()
  await page.keyboard.type('# Rain')
  await page.keyboard.press('Escape')
  await cell('Note cell 1').getByRole('button', { name: 'Add code cell', exact: true }).press('Enter')
  await by('textbox', 'Source of cell 2').focus()
  await page.keyboard.type('print(rain / 0')
  await page.keyboard.press('Escape')
  await cell('Code cell 2').getByRole('button', { name: 'Run cell', exact: true }).press('Enter')
  await by('region', 'Output of cell 2')
    .getByText('rain')
    .first()
    .waitFor({ timeout: 2 * patience })

  // The error is fixed.
  await by('textbox', 'Source of cell 2').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('print(12 * 5)')
  await page.keyboard.press('Escape')
  await cell('Code cell 2').getByRole('button', { name: 'Run cell', exact: true }).press('Enter')
  await by('region', 'Output of cell 2').getByText('60').waitFor({ timeout: patience })

  await cell('Code cell 2').getByRole('button', { name: 'Move cell up', exact: true }).press('Enter')
  await cell('Code cell 1').waitFor()
  await cell('Note cell 2').waitFor()

  await press('menuitem', 'Edit')
  await by('menu', 'Edit').getByRole('menuitem', { name: 'Find', exact: true }).press('Enter')
  const search = by('search', 'Find in notebook')
  await search.getByRole('textbox', { name: 'Find', exact: true }).fill('Rain')
  await search.getByRole('status').getByText('of 1').waitFor()
  await search.getByRole('button', { name: 'Close find' }).press('Enter')

  await cell('Code cell 1').focus()
  await press('button', 'Commands')
  await page.getByRole('combobox', { name: /^Command/ }).fill('Comment')
  await page.getByRole('option', { name: 'Comment', exact: true }).waitFor()
  await page.keyboard.press('Enter')
  const panel = by('complementary', 'Comments')
  await panel.getByRole('textbox', { name: 'Comment', exact: true }).fill('Is it a year?')
  await panel.getByRole('button', { name: 'Send', exact: true }).press('Enter')
  await panel.getByRole('article').getByText('Is it a year?').waitFor()

  await press('button', 'Export')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    by('menuitem', 'Download as .py').press('Enter'),
  ])
  expect(await readFile(await download.path(), 'utf8')).toContain('print(12 * 5)')

  await press('link', 'All notebooks')
  await press('button', 'Rename rain.ipynb')
  await by('textbox', 'New name of rain.ipynb').fill('wet.ipynb')
  await by('textbox', 'New name of rain.ipynb').press('Enter')
  await by('list', 'Notebooks').getByRole('link', { name: 'wet', exact: true }).press('Enter')
  await page.getByRole('heading', { name: 'wet', exact: true }).waitFor()
  await by('textbox', 'Source of cell 1').getByText('print(12 * 5)').waitFor()
  expect(complaints).toEqual([])
  await context.close()
})

/** Remembers the focused element, to check it later. */
const hold = ({ page }: Person): Promise<void> =>
  page.evaluate(() => void Object.assign(globalThis, { held: document.activeElement }))

const kept = ({ page }: Person): Promise<string> =>
  page.evaluate(() => {
    const { held } = globalThis as { readonly held?: Element | null }
    const { activeElement } = document
    return held !== document.body && held === activeElement && held?.isConnected === true
      ? 'kept'
      : `lost to ${activeElement?.outerHTML.slice(0, 120) ?? 'nothing'}`
  })

test('the focus stays through other people’s edits, runs and moves, mounting, and an unstable network', async () => {
  const ana = await app.writer('b.ipynb')
  const ben = await app.writer('b.ipynb')
  for (const person of [ana, ben]) await person.until('sync', 'saved')
  const places: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['a text', () => ana.into(2)],
    ['a cell', () => ana.cell(2).focus()],
    ['a button of a cell', () => ana.cell(2).getByRole('button', { name: 'Run cell' }).focus()],
    ['the header', () => ana.button('Undo').focus()],
    [
      'the search',
      async () => {
        await ana.cell(2).focus()
        await ana.page.keyboard.press('Control+f')
        await ana.page
          .getByRole('textbox', { name: 'Find', exact: true })
          .and(ana.page.locator(':focus'))
          .waitFor()
      },
    ],
  ]
  for (const [turn, [place, go]] of places.entries()) {
    await go()
    await hold(ana)
    // Into the same source, and into another.
    await ben.into(2)
    await ben.page.keyboard.press('Control+End')
    await ben.page.keyboard.type(`  # ${turn}`)
    await ben.type(3, `  # ${turn}`)
    await expect.poll(() => ana.text(3), soon).toContain(`# ${turn}`)
    expect(await kept(ana), `${place}, an edit`).toBe('kept')
    await ben.run(4)
    await ben.cellIs(4, 'done')
    await ana.cellIs(4, 'done')
    expect(await kept(ana), `${place}, a run`).toBe('kept')
    // The cell moves down past the next one, and up again.
    for (const name of ['Move cell down', 'Move cell up']) {
      const at = name === 'Move cell down' ? 2 : 3
      await ben.cell(at).getByRole('button', { name, exact: true }).press('Enter')
      await expect.poll(() => ana.text(name === 'Move cell down' ? 2 : 3), soon).toContain('three')
      expect(await kept(ana), `${place}, ${name}`).toBe('kept')
    }
    // Editors of other cells are mounted and unmounted.
    await ana.page.setViewportSize({ width: 1280, height: 320 })
    await ana.page.setViewportSize({ width: 1280, height: 720 })
    await app.stopRelay()
    await ana.until('sync', 'offline')
    await app.startRelay()
    await ana.until('sync', 'saved')
    await ben.until('sync', 'saved')
    expect(await kept(ana), `${place}, the network`).toBe('kept')
  }
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('a screen reader says what became of runs, who is here and whether edits are saved, and nothing while letters are typed', async () => {
  const ana = await app.writer('c.ipynb')
  await ana.page.evaluate(() => {
    const heard: string[] = []
    const live = (node: Node): Element | null | undefined =>
      (node instanceof Element ? node : node.parentElement)?.closest('[aria-live], [role=status], [role=log]')
    new MutationObserver((changes) => {
      for (const region of new Set(changes.map(({ target }) => live(target))))
        if (region != null && region.getAttribute('aria-live') !== 'off')
          heard.push(region.textContent.trim())
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
    Object.assign(globalThis, { heard })
  })
  const heard = (): Promise<string[]> =>
    ana.page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.splice(0))
  const hears = async (expected: readonly string[]): Promise<void> => {
    const all: string[] = []
    await expect
      .poll(async () => {
        all.push(...(await heard()))
        return all.filter((words) => !/^(Kernel|$)/.test(words))
      }, soon)
      .toEqual(expected)
  }

  await ana.type(1, '  # letters')
  await ana.until('file', 'written')
  expect(await heard()).toEqual([])

  await ana.run(4)
  await ana.cellIs(4, 'done')
  await hears(['Cell 4 is done: 1'])
  await ana.run(4)
  await hears(['Cell 4 is done: 1'])
  await ana.into(3)
  await ana.page.keyboard.press('Control+a')
  await ana.page.keyboard.type('1 / 0')
  await ana.run(3)
  await ana.cellIs(3, 'error')
  await hears(['Cell 3: ZeroDivisionError: division by zero'])
  await ana.into(3)
  await ana.page.keyboard.press('Control+a')
  await ana.page.keyboard.type('three = 3')
  await ana.page.getByRole('button', { name: 'Run all', exact: true }).press('Enter')
  await hears(['4 cells are done.'])

  const ben = await app.writer('c.ipynb', app.returning('Ben', '#1f63b5'))
  await hears(['Ben is here.'])
  await ben.page.reload()
  await ben.until('sync', 'saved')
  await ben.type(2, ' ')
  await ben.context.close()
  await hears(['Ben has left.'])

  await app.stopRelay()
  await hears(['Offline: stored in this browser, sent when the relay is reachable'])
  await app.startRelay()
  await hears(['Saved again'])
})
