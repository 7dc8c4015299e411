// Accessibility: axe finds nothing serious, elements have the names their users rely on, and the keyboard
// reaches everything. In light and dark, wide and narrow.
import axe, { type AxeResults, type RunOptions } from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allKinds } from '../support/all-kinds.ts'
import { App, type Person } from '../support/app.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start({ 'all kinds.ipynb': allKinds(), 'broken.ipynb': 'no notebook' })
})
afterAll(() => app.close())

/** `within` limits where axe looks, `rules` what it looks for. */
const faults = async (
  person: Person,
  { within = 'html', rules = [] }: { readonly within?: string; readonly rules?: readonly string[] } = {},
): Promise<string[]> => {
  await person.page.evaluate(axe.source)
  // What fades in has less contrast meanwhile. Where the browser skips what is out of view, animations do not
  // advance.
  await person.page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(
        ({ effect }) =>
          effect?.getTiming().iterations !== Infinity &&
          effect instanceof KeyframeEffect &&
          effect.target?.checkVisibility({ contentVisibilityAuto: true }),
      )
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
  const found = await person.page.evaluate(
    ([within, rules]): Promise<AxeResults> => {
      const { axe } = globalThis as unknown as {
        axe: { run(context: string, options: RunOptions): Promise<AxeResults> }
      }
      const runOnly = rules.length === 0 ? {} : { runOnly: [...rules] }
      return axe.run(within, { iframes: false, resultTypes: ['violations'], ...runOnly })
    },
    [within, rules] as const,
  )
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    )
}

/** The number of pixels by which the page is wider than the window. */
const sticksOut = (person: Person): Promise<number> =>
  person.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Colours do not depend on the width: two of the four combinations cover both. */
const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 375, height: 900 } },
] as const

const cells = 17
const open = async (look: (typeof looks)[number] | object = {}): Promise<Person> => {
  const person = await app.writer('all%20kinds.ipynb', look)
  await expect.poll(() => person.page.locator('nb-cell').count(), soon).toBe(cells)
  await person.until('sync', 'saved')
  return person
}

describe.each(looks)('accessibility, $colorScheme, $viewport.width px', (look) => {
  test('axe finds nothing serious in the list of notebooks', async () => {
    const ana = await app.writer('', look)
    const act = async (path: string, item: string): Promise<void> => {
      await ana.button(`More for ${path}`).click()
      await ana.page.getByRole('menuitem', { name: item, exact: true }).click()
    }
    await ana.button('More for all kinds.ipynb').waitFor()
    expect(await faults(ana)).toEqual([])
    await act('all kinds.ipynb', 'Rename or move')
    await act('broken.ipynb', 'Move to bin')
    await ana.button('More for all kinds.ipynb').waitFor({ state: 'detached' })
    expect(await faults(ana)).toEqual([])
    expect(await sticksOut(ana)).toBe(0)
    await ana.context.close()
  })

  test('axe finds nothing serious in a notebook with all kinds of cells, panels and menus', async () => {
    const ana = await open(look)
    const ben = await open({})
    await ben.into(2)
    await ana.page.locator('.nb-caret').first().waitFor({ state: 'attached' })
    // Once as the notebook opens, and once with everything that renders while scrolling down.
    expect(await faults(ana)).toEqual([])
    for (let position = 1; position <= cells; position++) {
      await ana.cell(position).scrollIntoViewIfNeeded()
      await ana.cell(position).locator('nb-controls').waitFor({ state: 'attached' })
    }
    await ana.into(13)
    await ana.page.keyboard.type('def f(): pass')
    await ana.page.keyboard.press('Escape')
    expect(await faults(ana)).toEqual([])
    await ana.cell(1).getByRole('heading', { name: 'A title' }).dblclick()
    await ana.panel('Variables')
    await ana.page.getByRole('complementary', { name: 'Variables' }).waitFor()
    await ana.panel('Keys')
    await ana.page.getByRole('list', { name: 'People' }).getByRole('button').first().click()
    expect(await faults(ana)).toEqual([])
    expect(await sticksOut(ana)).toBe(0)
    await ana.page.keyboard.press('Escape')
    await ana.page.keyboard.press('Escape')
    await ana.button('Kernel: mine').click()
    expect(await faults(ana)).toEqual([])
    await ana.cell(2).focus()
    await ana.page.keyboard.press('Escape')
    await ana.page.keyboard.press('Control+h')
    await ana.page.getByRole('search', { name: 'Find in notebook' }).getByLabel('Replace with').waitFor()
    await ana.panel('Outline')
    await ana.page.getByRole('complementary', { name: 'Outline' }).getByRole('button').nth(1).waitFor()
    expect(await faults(ana)).toEqual([])
    expect(await sticksOut(ana)).toBe(0)
    await ana.button('Close outline').click()
    await ana.button('Close find').click()
    await ana.button('Commands').click()
    await ana.page.getByRole('combobox', { name: /^Command/ }).waitFor()
    expect(await faults(ana)).toEqual([])
    expect(await sticksOut(ana)).toBe(0)
    await ana.page.keyboard.press('Escape')
    await ana.panel('Files')
    await ana.page
      .getByLabel('Files to upload')
      .setInputFiles({ name: 'a long name of a file.csv', mimeType: 'text/csv', buffer: Buffer.from('a') })
    await ana.button('Delete a long name of a file.csv').click()
    expect(await faults(ana)).toEqual([])
    expect(await sticksOut(ana)).toBe(0)
    await ana.panel('Settings')
    await ana.button('Add keys for Stop cell').first().click()
    await ana.page.keyboard.press('d')
    await ana.page.getByText('which begins with it').waitFor()
    expect(await faults(ana)).toEqual([])
    expect(await sticksOut(ana)).toBe(0)
    // Every other panel, the menus, and the ghost of a cell that someone else deleted during editing.
    for (const name of ['Packages', 'Comments', 'What the model sees', 'History']) {
      await ana.panel(name)
      await ana.page.getByRole('complementary', { name, exact: true }).waitFor()
      expect(await faults(ana, { within: 'nb-panel' }), name).toEqual([])
    }
    await ana.panel('History')
    await ana.into(13)
    await ben.cell(13).scrollIntoViewIfNeeded()
    await ben.cell(13).getByRole('button', { name: 'Delete cell' }).press('Enter')
    await ana.page.locator('nb-ghost').waitFor()
    await ana.cell(2).focus()
    await ana.page.keyboard.press('0')
    await ana.page.keyboard.press('0')
    expect(await faults(ana)).toEqual([])
    if (look.viewport.width > 760) await ana.page.getByRole('menuitem', { name: 'View', exact: true }).click()
    else await ana.button('Menu').click()
    expect(await faults(ana, { within: 'nb-header' })).toEqual([])
    await ana.page.keyboard.press('Escape')
    for (const [view, bar] of [
      ['App view', 'Run all'],
      ['Slide view', 'Next slide'],
    ] as const) {
      await ana.choose('View', view)
      await ana.button(bar).waitFor()
      expect(await faults(ana), view).toEqual([])
      await ana.button('Notebook view').click()
      await ana.button('Undo').waitFor()
    }
    expect([...ana.complaints, ...ben.complaints]).toEqual([])
    await ben.button('Undo').click()
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(cells)
    await ben.until('sync', 'saved')
    await ana.context.close()
    await ben.context.close()
  })
})

test('text has enough contrast in every theme, light and dark', async () => {
  const ana = await open()
  for (let position = 1; position <= cells; position++) {
    await ana.cell(position).scrollIntoViewIfNeeded()
    await ana.cell(position).locator('nb-controls').waitFor({ state: 'attached' })
  }
  const everywhere = async (where: string): Promise<void> => {
    for (const theme of ['Solarized', 'High contrast'])
      for (const colorScheme of ['light', 'dark'] as const) {
        await ana.page.emulateMedia({ colorScheme })
        await ana.choose('View', `Theme: ${theme}`)
        expect(
          await faults(ana, { rules: ['color-contrast'] }),
          `${where}, ${theme}, ${colorScheme}`,
        ).toEqual([])
      }
  }
  await everywhere('cells')
  await ana.button('Settings').click()
  await ana.page.getByRole('complementary', { name: 'Settings' }).waitFor()
  await everywhere('settings')
  await ana.context.close()
})

test('cells, buttons and status have the accessible names and attributes that other programs rely on', async () => {
  const ana = await open()
  const kinds = ['note', 'code', 'code', 'code', 'code', 'code', 'code', 'code', 'code', 'code']
  const named = { code: 'Code', note: 'Note', prompt: 'Prompt', raw: 'Raw' }
  for (const [i, kind] of [...kinds, 'prompt', 'raw', 'code', 'note', 'prompt'].entries()) {
    const cell = ana.page.getByRole('group', {
      name: `${named[kind as keyof typeof named]} cell ${i + 1}`,
      exact: true,
    })
    await cell.scrollIntoViewIfNeeded()
    expect(await cell.getAttribute('data-kind')).toBe(kind)
    expect(await cell.getAttribute('data-cell-id')).toMatch(/./)
    expect(await cell.getAttribute('data-status')).toBe('idle')
    await ana.source(i + 1).waitFor({ state: 'attached' })
    await ana
      .cell(i + 1)
      .locator('nb-controls')
      .waitFor({ state: 'attached' })
    for (const name of ['Move cell up', 'Move cell down', 'Delete cell'])
      expect(await cell.getByRole('button', { name, exact: true }).count(), `${name} ${i + 1}`).toBe(1)
    for (const name of ['Add code cell', 'Add note', 'Add prompt'])
      expect(await cell.getByRole('button', { name, exact: true }).count(), `${name} ${i + 1}`).toBe(1)
    expect(await cell.getByRole('combobox', { name: 'Cell kind', exact: true }).inputValue()).toBe(kind)
    if (kind === 'code' || kind === 'prompt')
      expect(await cell.getByRole('button', { name: 'Run cell', exact: true }).count()).toBe(1)
  }
  for (let position = 2; position <= 10; position++) await ana.output(position).waitFor({ state: 'attached' })
  await ana.reply(11).waitFor()
  for (const name of ['Run all', 'Restart kernel', 'Interrupt kernel'])
    expect(await ana.button(name).count()).toBe(1)
  for (const attribute of ['data-sync', 'data-file', 'data-kernel'])
    expect(await ana.status.getAttribute(attribute)).toMatch(/^[a-z]+$/)
  await ana.page.getByRole('list', { name: 'People' }).getByRole('listitem').first().waitFor()
  await ana.context.close()
})

test('Tab reaches every control in header, cells and panels, and the focus is always visible', async () => {
  const ana = await open()
  await ana.cell(2).locator('nb-controls').waitFor({ state: 'attached' })
  await ana.button('New tab').waitFor()
  await ana.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  const seen: string[] = []
  for (let press = 0; press < 40; press++) {
    await ana.page.keyboard.press('Tab')
    const { name, ring } = await ana.page.evaluate(() => {
      const element = document.activeElement
      if (!element) return { name: '', ring: true }
      const style = getComputedStyle(element)
      const host = element.closest('nb-source')
      const around = host ? getComputedStyle(host) : null
      const ring =
        (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) ||
        style.boxShadow !== 'none' ||
        (around !== null && around.borderColor !== 'rgba(0, 0, 0, 0)')
      return { name: element.getAttribute('aria-label') ?? element.textContent.trim(), ring }
    })
    seen.push(name)
    expect(ring, `the focus on ${name}`).toBe(true)
  }
  const header = [
    'All notebooks',
    'New tab',
    'File',
    'Run all',
    'Interrupt kernel',
    'Restart kernel',
    'Undo',
    'Redo',
    'Commands',
    'Export',
  ]
  const panels = [
    'Outline',
    'Files',
    'Packages',
    'Comments',
    'What the model sees',
    'Variables',
    'History',
    'Keys',
    'Settings',
  ]
  expect(seen.slice(0, header.length)).toEqual(header)
  expect(seen[header.length]).toContain('(you)')
  expect(seen.slice(seen.indexOf('Outline')).slice(0, panels.length)).toEqual(panels)
  for (const name of ['Cell kind', 'Delete cell', 'Source of cell 1', 'Add code cell', 'Run cell'])
    expect(seen).toContain(name)
  await ana.context.close()
})
