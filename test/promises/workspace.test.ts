// The list of notebooks as a workspace: folders, search, new notebooks and copies by keyboard; tabs, links
// and what changed.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locator } from 'playwright'
import { App, type Person } from '../support/app.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'
import { notebookText } from '../support/relay.ts'

const note = (source: string): unknown => ({ cell_type: 'markdown', id: 'n', metadata: {}, source })
const noted = (source: string): string =>
  JSON.stringify({ cells: [note(source)], metadata: {}, nbformat: 4, nbformat_minor: 5 })

let app: App
let ana: Person
beforeAll(async () => {
  app = await App.start({
    'data/2025/old.ipynb': notebookText('old = 1'),
    'data/2026/new.ipynb': noted('# The new one'),
    'data/10.ipynb': notebookText('ten = 10'),
    'data/9.ipynb': notebookText('nine = 9'),
    'penguins.ipynb': notebookText(
      ...Array.from({ length: 30 }, (_, i) => `x${i} = ${i}\n`.repeat(9)),
      'the_adelie = 3',
    ),
    'plots.ipynb': notebookText('plot = 1'),
    'zebra.ipynb': notebookText('z = 1'),
  })
  ana = await app.writer('')
})
afterAll(() => app.close())

const focused = (): Promise<string> =>
  ana.page.evaluate(() => {
    const { dataset, ariaLabel } = document.activeElement as HTMLElement
    return dataset['path'] ?? dataset['folder'] ?? ariaLabel ?? document.activeElement?.nodeName ?? ''
  })
const focusIs = (name: string): Promise<void> => expect.poll(focused, soon).toBe(name)
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await ana.page.keyboard.press(key)
}
const link = (name: string): Locator => ana.page.getByRole('link', { name, exact: true })
const list = async (): Promise<void> => {
  await ana.page.getByRole('link', { name: 'All notebooks' }).click()
  await link('penguins').waitFor()
}

test('the list is navigated by arrow keys, Home, End and letters, and keeps its folders’ state', async () => {
  await link('data/2025/old').waitFor()
  await link('zebra').focus()
  await press('Home')
  await focusIs('data')
  await press('ArrowDown', 'ArrowDown')
  await focusIs('data/2025/old.ipynb')
  // Up to its folder, which is then closed; names with numbers are sorted by number.
  await press('ArrowLeft')
  await focusIs('data/2025')
  await press('ArrowLeft')
  await expect.poll(() => link('data/2025/old').count(), soon).toBe(0)
  await press('ArrowDown', 'ArrowDown', 'ArrowDown')
  await focusIs('data/9.ipynb')
  await press('ArrowDown')
  await focusIs('data/10.ipynb')
  await press('p')
  await focusIs('penguins.ipynb')
  await ana.page.keyboard.type('l')
  await focusIs('plots.ipynb')
  await press('End')
  await focusIs('zebra.ipynb')
  await ana.page.reload()
  await link('data/9').waitFor()
  expect(await link('data/2025/old').count()).toBe(0)
  await ana.page.getByRole('button', { name: /^2025/ }).click()
  await link('data/2025/old').waitFor()
  await link('zebra').focus()
  await press('F2')
  await focusIs('New name of zebra.ipynb')
  // The name is selected, but not the extension.
  await ana.page.keyboard.type('data/zebra 2')
  await press('Enter')
  await expect.poll(() => app.file('data/zebra 2.ipynb'), soon).toContain('z = 1')
  await focusIs('Rename data/zebra 2.ipynb')
  await press('ArrowLeft', 'Delete')
  await focusIs('BUTTON')
  await press('Enter')
  await expect.poll(() => link('data/zebra 2').count(), soon).toBe(0)
  await ana.page.getByRole('button', { name: 'Permanently delete data/zebra 2.ipynb' }).click()
  await ana.button('Delete permanently').click()
  await ana.page.getByText('data/zebra 2.ipynb was deleted permanently').waitFor()
})

test('search finds titles and cells of all notebooks, opens the cell, and is still there after Back', async () => {
  await writeFile(join(app.folder, 'plots.ipynb'), notebookText('plot = adelie.plot()'))
  await link('penguins').focus()
  await press('/')
  await ana.page.keyboard.type('ADÉLIE')
  const found = ana.page.getByRole('list', { name: 'Found' })
  await found.getByText('the_adelie = 3').waitFor()
  await found.getByText('plot = adelie.plot()').waitFor()
  await ana.page.getByRole('status').filter({ hasText: '2 notebooks, 2 cells' }).waitFor()
  await expect.poll(() => found.locator('mark').allInnerTexts(), soon).toEqual(['adelie', 'adelie'])
  expect(await link('zebra').count()).toBe(0)
  await found.getByRole('link', { name: 'the_adelie' }).click()
  const cell = ana.page.locator('nb-cell[data-current]')
  await expect.poll(() => cell.getAttribute('aria-label'), soon).toBe('Code cell 31')
  await expect
    .poll(
      () =>
        cell.evaluate((at) => {
          const { top, bottom } = at.getBoundingClientRect()
          return top >= 0 && bottom <= innerHeight
        }),
      soon,
    )
    .toBe(true)
  await ana.page.goBack()
  await found.getByText('the_adelie = 3').waitFor()
  // What somebody types at this moment is found.
  const ben = await app.writer('data/9.ipynb')
  await ben.type(1, ' # quagga')
  await ben.until('sync', 'saved')
  await ana.page.getByRole('searchbox').fill('quagga')
  await found.getByText('nine = 9 # quagga').waitFor()
  await ana.page.getByRole('searchbox').press('ArrowDown')
  await press('ArrowDown', 'Enter')
  await expect.poll(() => shownSources(ana), soon).toEqual(['nine = 9 # quagga'])
  await ben.context.close()
  await list()
})

test('a key creates a notebook in the list or from a notebook, and copies can be read-only', async () => {
  await ana.page.getByRole('button', { name: /^2026/ }).focus()
  await press('+')
  await expect.poll(() => ana.page.locator('.nb-header h1').innerText(), soon).toBe('data / 2026 / Untitled')
  await ana.until('sync', 'saved')
  await press('Control+Alt+n')
  await expect
    .poll(() => ana.page.locator('.nb-header h1').innerText(), soon)
    .toBe('data / 2026 / Untitled 2')
  await ana.until('sync', 'saved')
  await ana.page.goBack()
  await expect.poll(() => ana.page.locator('.nb-header h1').innerText(), soon).toBe('data / 2026 / Untitled')
  await list()

  const ben = await app.writer('plots.ipynb')
  await ben.type(1, '  # not in the file yet')
  await ben.until('sync', 'saved')
  await ana.button('More for plots.ipynb').click()
  await ana.page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await focusIs('plots (copy).ipynb')
  await expect.poll(() => app.file('plots (copy).ipynb'), soon).toContain('not in the file yet')
  await link('plots').focus()
  await press('ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter', 'ArrowDown', 'ArrowDown', 'Enter')
  await focusIs('plots (read-only copy).ipynb')
  await press('Enter')
  await ana.page.getByRole('status').filter({ hasText: 'This is a read-only copy' }).waitFor()
  expect(await ana.button('Run all').count()).toBe(0)
  await ana.source(1).click()
  await ana.page.keyboard.type('no')
  expect(await ana.text(1)).toBe('plot = adelie.plot()  # not in the file yet')
  await ana.button('Allow editing').click()
  await ana.button('Run all').waitFor()
  await ana.type(1, '!')
  await expect.poll(() => app.file('plots (read-only copy).ipynb'), soon).toContain('yet!')
  expect(await app.file('plots.ipynb')).not.toContain('yet!')
  expect(await app.file('plots (read-only copy).ipynb')).not.toContain('read_only')
  await ben.context.close()
  await list()
  expect(ana.complaints).toEqual([])
})

test('recently opened notebooks are above a long list', async () => {
  const recent = ana.page.getByRole('list', { name: 'Recent' })
  const names = (): Promise<string[]> => recent.locator('strong').allInnerTexts()
  await expect
    .poll(names, soon)
    .toEqual(['plots (read-only copy)', 'Untitled', 'Untitled 2', '9', 'penguins'])
  await recent.getByRole('link', { name: 'penguins' }).click()
  await expect.poll(() => ana.page.locator('.nb-header h1').innerText(), soon).toBe('penguins')
  // One that is left before it has loaded was not opened.
  await ana.page.locator('nb-page:not([hidden]) nb-cell').first().waitFor()
  await list()
  await expect
    .poll(names, soon)
    .toEqual(['penguins', 'plots (read-only copy)', 'Untitled', 'Untitled 2', '9'])
})

test('notebooks in tabs and side by side have their own keys and state, and survive a reload', async () => {
  const title = (): Promise<string> => ana.page.title()
  const shown = ana.page.locator('nb-page:not([hidden])')
  const sources = async (): Promise<string[]> =>
    (await shown.locator('nb-source').allInnerTexts()).map((text) => text.trim())
  await link('plots').click()
  await ana.until('sync', 'saved')
  await ana.page.locator('nb-cell').first().click()
  await press('Escape', 'Control+Shift+L')
  await link('data/9').click()
  await expect.poll(title, soon).toBe('9 · LLM Notebook')
  await expect.poll(sources, soon).toEqual(['nine = 9 # quagga'])
  const tabs = ana.page.getByRole('navigation', { name: 'Open notebooks' })
  await expect.poll(() => tabs.getByRole('link').allInnerTexts(), soon).toEqual(['plots', '9', ''])
  await press('Control+{')
  await expect.poll(title, soon).toBe('plots · LLM Notebook')
  // Keys do nothing in the hidden tab.
  await ana.page.locator('nb-page:not([hidden]) nb-cell').first().click()
  await press('Escape', 'b')
  await expect.poll(sources, soon).toHaveLength(2)
  await press('z')
  await expect.poll(sources, soon).toEqual(['plot = adelie.plot()  # not in the file yet'])
  await press('Control+\\')
  await expect
    .poll(sources, soon)
    .toEqual(['plot = adelie.plot()  # not in the file yet', 'nine = 9 # quagga'])
  const half = (name: string): Locator => shown.filter({ has: ana.page.locator('h1', { hasText: name }) })
  await half('9').locator('nb-cell').click()
  await press('Escape')
  await expect.poll(title, soon).toBe('9 · LLM Notebook')
  await press('a')
  await expect.poll(() => half('9').locator('nb-cell').count(), soon).toBe(2)
  expect(await half('plots').locator('nb-cell').count()).toBe(1)
  await press('z')
  await expect.poll(() => half('9').locator('nb-cell').count(), soon).toBe(1)
  await ana.page.reload()
  await expect
    .poll(sources, soon)
    .toEqual(['plot = adelie.plot()  # not in the file yet', 'nine = 9 # quagga'])
  await expect.poll(title, soon).toBe('9 · LLM Notebook')
  await tabs.getByRole('button', { name: 'Close plots' }).click()
  await expect.poll(sources, soon).toEqual(['nine = 9 # quagga'])
  await expect.poll(() => tabs.count(), soon).toBe(0)
  expect(new URL(ana.page.url()).search).toBe('')
  await list()
  expect(ana.complaints).toEqual([])
})

test('a note links to a notebook by name, and that notebook lists the link', async () => {
  await ana.page.getByRole('button', { name: /^2025/ }).waitFor()
  await link('data/2026/new').click()
  await ana.until('sync', 'saved')
  await ana.cell(1).locator('nb-markdown').dblclick()
  await ana.cell(1).locator('.cm-content:focus').waitFor()
  await press('Control+End')
  await ana.page.keyboard.type('\n\nsee [[old')
  // The options for what was typed last; the previous list is disabled until they are there.
  await ana.page
    .locator('.cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)')
    .getByRole('option', { name: '../2025/old' })
    .waitFor()
  await press('Tab')
  await expect.poll(() => ana.text(1), soon).toContain('see [[../2025/old]]')
  await press('Escape')
  await ana.until('sync', 'saved')
  await ana.cell(1).getByRole('link', { name: '../2025/old' }).click()
  await expect.poll(() => ana.page.locator('.nb-header h1').innerText(), soon).toBe('data / 2025 / old')
  await ana.until('sync', 'saved')
  await ana.button('Outline').click()
  const outline = ana.page.getByRole('complementary', { name: 'Outline' })
  await outline.getByRole('link', { name: 'see [[../2025/old]]' }).click()
  await expect.poll(() => ana.page.locator('.nb-header h1').innerText(), soon).toBe('data / 2026 / new')
  await ana.button('Outline').click()
  await list()
})

test('a cell shows its author, cells changed since the last visit are marked, and people can be followed', async () => {
  const ben = await app.writer('penguins.ipynb', app.returning('Ben', '#1f63b5'))
  await ben.until('sync', 'saved')
  await link('penguins').click()
  await ana.until('sync', 'saved')
  const marked = (): Promise<string[]> =>
    ana.page.locator('nb-cell[data-new]').evaluateAll((cells) => cells.map((cell) => cell.ariaLabel ?? ''))
  expect(await marked()).toEqual([])
  await list()
  await ben.type(1, ' # ben')
  await ben.type(31, ' # ben')
  await ben.until('sync', 'saved')
  await link('penguins').click()
  await ana.page.getByText('2 cells are new since your last visit').waitFor()
  // The first one is in view, and counts as seen.
  await expect.poll(marked, soon).toEqual(['Code cell 31'])
  await ana.cell(1).hover()
  await ana
    .cell(1)
    .getByText(/^Edited by Ben, (just now|\d minutes? ago)$/)
    .waitFor()
  await ana.page.reload()
  await ana.until('sync', 'saved')
  await expect.poll(marked, soon).toEqual(['Code cell 31'])
  await ana.type(1, '!')
  await ana.cell(1).getByText('Edited by you, just now').waitFor()

  const inView = (position: number): Promise<boolean> =>
    ana.cell(position).evaluate((cell) => {
      const { top, bottom } = cell.getBoundingClientRect()
      return bottom > 0 && top < innerHeight
    })
  const button = ana.page.getByRole('list', { name: 'People' }).getByRole('button', { name: 'Ben' })
  await button.click()
  await expect.poll(() => inView(31), soon).toBe(true)
  await ben.into(2)
  await expect.poll(() => inView(2), soon).toBe(true)
  expect(await button.getAttribute('aria-pressed')).toBe('true')
  await ana.page.mouse.move(400, 400)
  await ana.page.mouse.wheel(0, 10)
  await expect.poll(() => button.getAttribute('aria-pressed'), soon).toBe('false')
  await ben.into(30)
  await expect
    .poll(
      () =>
        ana.page.locator('nb-people').evaluate(
          (people) =>
            (
              people as unknown as {
                context: {
                  notebook: { presence: { people: () => { self: boolean; cell: string | null }[] } }
                }
              }
            ).context.notebook.presence
              .people()
              .find(({ self }) => !self)?.cell,
        ),
      soon,
    )
    .toBe('cell-29')
  expect(await inView(30)).toBe(false)
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
  await ben.context.close()
})
