// Light or dark as the system, or as chosen, which the browser remembers.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start({ 'a.ipynb': notebookFile(['code', 'a = 1'], ['note', '# Title']) })
})
afterAll(() => app.close())

/** 0 is black, 255 white. */
const brightness = (person: Person, selector: string, property: string): Promise<number> =>
  person.page
    .locator(selector)
    .first()
    .evaluate((element, name) => {
      const parts =
        getComputedStyle(element)
          .getPropertyValue(name)
          .match(/[\d.]+/g) ?? []
      return parts.slice(0, 3).reduce((sum, part) => sum + Number(part) / 3, 0)
    }, property)

const isDark = async (person: Person): Promise<boolean> => {
  const ground = await brightness(person, 'body', 'background-color')
  const text = await brightness(person, 'body', 'color')
  expect(Math.abs(ground - text)).toBeGreaterThan(150)
  return ground < text
}

test('the theme follows the system until one is chosen, and the choice is remembered', async () => {
  const ana = await app.writer('a.ipynb', { colorScheme: 'dark' })
  await ana.source(1).waitFor()
  await expect.poll(() => isDark(ana), soon).toBe(true)
  await ana.page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(() => isDark(ana), soon).toBe(false)
  await ana.page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => isDark(ana), soon).toBe(true)

  await ana.choose('View', 'Theme: Light')
  await expect.poll(() => isDark(ana), soon).toBe(false)
  await ana.page.reload()
  await ana.source(1).waitFor()
  await expect.poll(() => isDark(ana), soon).toBe(false)
  // In another tab, and by the settings.
  const tab = await app.tab(ana.context, '')
  await tab.page.getByRole('link', { name: 'Settings' }).click()
  const setting = tab.page.getByLabel('Theme', { exact: true })
  await expect.poll(() => setting.inputValue(), soon).toBe('light')
  await setting.selectOption('Dark')
  await tab.page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(() => isDark(tab), soon).toBe(true)
  await expect.poll(() => isDark(ana), soon).toBe(true)
  await ana.page.bringToFront()
  // From the palette; these themes are light or dark as the system.
  const grounds = new Set<number>()
  for (const [name, theme] of [
    ['Solarized', 'solarized'],
    ['High contrast', 'contrast'],
    ['Same as the system', null],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await ana.page.emulateMedia({ colorScheme })
      await ana.button('Commands').click()
      await ana.page.keyboard.type(name.slice(-6))
      await ana.page.getByRole('option', { name: `Theme: ${name}` }).click()
      await expect.poll(() => ana.page.locator('html').getAttribute('data-theme'), soon).toBe(theme)
      await expect.poll(() => isDark(ana), soon).toBe(colorScheme === 'dark')
      grounds.add(await brightness(ana, 'body', 'background-color'))
    }
  expect(grounds.size).toBe(6)
  expect([...ana.complaints, ...tab.complaints]).toEqual([])
  await ana.context.close()
})

test('one’s own caret is visible in light and dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const ana = await app.writer('a.ipynb', { colorScheme })
    await ana.into(1)
    await ana.page.locator('.cm-cursor').first().waitFor({ state: 'attached' })
    const caret = await brightness(ana, '.cm-cursor', 'border-left-color')
    const ground = await brightness(ana, 'nb-source', 'background-color')
    expect(Math.abs(caret - ground), colorScheme).toBeGreaterThan(150)
    await ana.context.close()
  }
})
