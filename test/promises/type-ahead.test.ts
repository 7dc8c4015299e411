// What is typed before a field's script has loaded goes into that field and nowhere else; Esc cancels it.
import type { Locator } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { expectFocus, expectSources, focusOf } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start()
})
afterAll(() => app.close())

/** Holds back matching requests until the returned function is called. */
const hold = async ({ page }: Person, url: RegExp, method = 'GET'): Promise<() => void> => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(url, async (route) => {
    if (route.request().method() === method) await held
    await route.fallback()
  })
  return release
}

const someone = async (...cells: readonly CellSketch[]): Promise<Person> => {
  const person = await app.writer('')
  await app.meet([person], notebookFile(...cells))
  return person
}

test('a comment typed while its panel loads is sent, and Esc returns to the cell', async () => {
  const ana = await someone(['code', 'a = 1'])
  const release = await hold(ana, /nb-comments/)
  const panel = ana.page.getByRole('complementary', { name: 'Comments' })
  await ana.into(1)
  await ana.press('Control+Alt+m')
  await panel.waitFor()
  await ana.page.keyboard.type('never mind')
  await ana.press('Escape')
  await expectFocus(ana, 'cell 1')
  await ana.press('Control+Alt+m')
  await ana.page.keyboard.type('why 1')
  await ana.press('Enter')
  release()
  const thread = ana.page.getByRole('article', { name: /^Comment by/ })
  await expect.poll(() => thread.allInnerTexts(), soon).toEqual([expect.stringContaining('why 1')])
  await expectSources(ana, 'a = 1')
  expect(ana.complaints).toEqual([])
})

test('a command pressed while a panel loads acts, and takes no text with it', async () => {
  const ana = await someone(['code', 'a = 1'])
  const release = await hold(ana, /nb-outline/)
  const panel = ana.page.getByRole('complementary')
  await ana.into(1)
  await ana.press('Escape', 'Control+b')
  await panel.waitFor()
  await ana.press('Control+j')
  await expect.poll(() => panel.count(), soon).toBe(0)
  await expectFocus(ana, 'cell 1')
  release()
  await expectSources(ana, 'a = 1')
  expect(ana.complaints).toEqual([])
})

test('a request to the model can be typed before its field has loaded', async () => {
  const ana = await someone(['code', 'a = 1'])
  const release = await hold(ana, /nb-change/)
  await ana.into(1)
  await ana.press('Control+Shift+e')
  await ana.page.keyboard.type('never mind')
  await ana.press('Escape', 'End')
  await ana.page.keyboard.type('2')
  await ana.press('Control+Shift+e')
  await ana.page.keyboard.type('name it b')
  release()
  const field = ana.page.getByRole('group', { name: 'Edit with the model' }).getByRole('textbox')
  await expect.poll(() => field.inputValue(), soon).toBe('name it b')
  await expectSources(ana, 'a = 12')
  expect(ana.complaints).toEqual([])
})

test('text typed while the search loads is searched for; Esc or a click elsewhere cancels it', async () => {
  const ana = await someone(['code', 'total = 1'], ['code', 'total + 1'])
  const release = await hold(ana, /nb-find/)
  const bar = ana.page.getByRole('search', { name: 'Find in notebook' })
  await ana.cell(1).focus()
  await ana.press('Escape', 'f')
  await ana.page.keyboard.type('dd')
  await ana.press('Escape', 'b')
  await expectSources(ana, 'total = 1', '', 'total + 1')
  await ana.press('f')
  await ana.page.keyboard.type('dd')
  await ana.into(2)
  await ana.page.keyboard.type('x')
  await expectSources(ana, 'total = 1', 'x', 'total + 1')
  await ana.press('Control+f')
  await ana.page.keyboard.type('total')
  await ana.press('Enter')
  release()
  await bar
    .getByRole('status')
    .getByText(/^[12] of 2$/)
    .waitFor()
  await expectSources(ana, 'total = 1', 'x', 'total + 1')
  expect(ana.complaints).toEqual([])
})

test('text typed into a cell before the editor has loaded is inserted there, with the editor’s keys', async () => {
  const ana = await app.writer('')
  const release = await hold(ana, /assets\/assemble-/)
  await app.meet([ana], notebookFile(['code', 'a = 1'], ['code', 'b = 2']))
  // Somebody who goes on before it has loaded loses nothing.
  await ana.source(2).click()
  await ana.page.keyboard.type('3')
  await ana.cell(1).locator('.nb-gutter').click()
  await expectSources(ana, 'a = 1', 'b = 23')
  await ana.press('b', 'Enter', 'Escape', 'Enter')
  await ana.page.keyboard.type('for i in x:')
  await ana.press('Enter')
  await ana.page.keyboard.type('print(i')
  await ana.press('Escape', 'b')
  release()
  await expectSources(ana, 'a = 1', 'for i in x:\n    print(i)', '', 'b = 23')
  await expectFocus(ana, 'cell 3')
  expect(ana.complaints).toEqual([])
})

test('an input method works before and while the editor loads, and a click elsewhere keeps its text', async () => {
  const ana = await app.writer('')
  const release = await hold(ana, /assets\/assemble-/)
  await app.meet([ana], notebookFile(['code', 'a = 1'], ['code', 'b = 2']))
  const input = await ana.context.newCDPSession(ana.page)
  const compose = (text: string): Promise<unknown> =>
    input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  const commit = (text: string): Promise<unknown> => input.send('Input.insertText', { text })
  await ana.source(2).click()
  await compose('ほ')
  await ana.cell(1).locator('.nb-gutter').click()
  await expectSources(ana, 'a = 1', 'b = 2ほ')
  await ana.source(1).click()
  await ana.press('End')
  await ana.page.keyboard.type(' #')
  await compose('に')
  await commit('日')
  await compose('ほ')
  release()
  await ana.page.waitForFunction(() => document.querySelectorAll('.cm-content').length > 0)
  await compose('ほん')
  await commit('本')
  await expectSources(ana, 'a = 1 #日本', 'b = 2ほ')
  await ana.page.keyboard.type('!')
  await expectSources(ana, 'a = 1 #日本!', 'b = 2ほ')
  expect(ana.complaints).toEqual([])
})

const waiting: readonly {
  what: string
  script: RegExp
  keys: string
  fieldOf: (person: Person) => Locator
}[] = [
  {
    what: 'the search',
    script: /nb-find/,
    keys: 'Control+f',
    fieldOf: ({ page }) => page.getByLabel('Find', { exact: true }),
  },
  {
    what: 'a comment',
    script: /nb-comments/,
    keys: 'Control+Alt+m',
    fieldOf: ({ page }) => page.getByRole('region', { name: /^New comment/ }).getByRole('textbox'),
  },
  {
    what: 'a request to the model',
    script: /nb-change/,
    keys: 'Control+Shift+e',
    fieldOf: ({ page }) => page.getByRole('group', { name: 'Edit with the model' }).getByRole('textbox'),
  },
  {
    what: 'the palette',
    script: /nb-palette/,
    keys: 'F1',
    fieldOf: ({ page }) => page.getByRole('combobox', { name: 'Command, notebook, heading or setting' }),
  },
]

test.each(waiting)(
  'what an input method writes while $what loads goes there, not into the cell',
  async (each) => {
    const ana = await someone(['code', 'a = 1'])
    const release = await hold(ana, each.script)
    const input = await ana.context.newCDPSession(ana.page)
    const compose = (text: string): Promise<unknown> =>
      input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
    const commit = (text: string): Promise<unknown> => input.send('Input.insertText', { text })
    await ana.into(1)
    await ana.press(each.keys)
    await compose('に')
    // Cancelled: the composition goes nowhere, and the cell has the focus again.
    await commit('')
    await ana.press('Escape')
    await expect.poll(() => focusOf(ana), soon).toMatch(/cell 1$/)
    await ana.into(1)
    await ana.press(each.keys)
    await compose('に')
    await commit('日')
    await compose('ほ')
    const loaded = ana.page.waitForResponse(each.script)
    release()
    await loaded
    await ana.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
    await compose('ほん')
    await commit('本')
    const field = each.fieldOf(ana)
    await expect.poll(() => field.inputValue(), soon).toBe('日本')
    await expectSources(ana, 'a = 1')
    expect(ana.complaints).toEqual([])
  },
)

test('the caret is where the click was, even if the page moved before the editor loaded', async () => {
  const ana = await app.writer('')
  const release = await hold(ana, /assets\/assemble-/)
  await app.meet([ana], notebookFile(['code', 'a = 1'], ['code', 'b = 2']))
  await ana.source(2).click()
  await ana.page.locator('nb-notebook').evaluate((notebook) => (notebook.style.marginTop = '200px'))
  await ana.page.keyboard.type('3')
  release()
  await expectSources(ana, 'a = 1', 'b = 23')
  expect(ana.complaints).toEqual([])
})

test('keys typed while a new notebook is created do nothing in the old one', async () => {
  const ana = await someone(['code', 'a = 1'], ['code', 'b = 2'])
  const { origin, pathname } = new URL(ana.page.url())
  const release = await hold(ana, /\/api\/notebooks$/, 'POST')
  await ana.cell(1).focus()
  await ana.press('Escape', 'Control+Alt+n')
  await ana.press('d', 'd', 'Enter')
  await ana.page.keyboard.type('new = 1')
  release()
  await ana.page.waitForURL(/Untitled/)
  await expectSources(ana, 'new = 1')
  const before = await (await fetch(origin + pathname.replace('/notebook/', '/api/notebooks/'))).text()
  expect(before).toContain('a = 1')
  expect(before).toContain('b = 2')
  expect(ana.complaints).toEqual([])
})

test('a new notebook that cannot be shown holds no keys back', async () => {
  const ana = await app.writer('')
  const { page } = ana
  await ana.button('New notebook').waitFor()
  // The relay creates it, and is then unreachable.
  await page.route(/\/api\/notebooks$/, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    const response = await route.fetch()
    if (response.status() === 201) await app.stopRelay()
    await route.fulfill({ response })
  })
  await ana.press('+')
  try {
    await page.getByText('This notebook is not stored in this browser').waitFor()
    await page.keyboard.type('for nobody')
    await page.getByRole('link', { name: 'All notebooks' }).focus()
    await ana.press('Enter')
    await page.getByRole('heading', { name: 'Notebooks', exact: true }).waitFor()
  } finally {
    await app.startRelay()
  }
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

test('a new notebook that is left before it is shown holds no keys back', async () => {
  const ana = await app.writer('')
  const { page } = ana
  // The relay does not answer.
  await page.routeWebSocket(/\/sync\//, () => undefined)
  await page.reload()
  await ana.button('New notebook').waitFor()
  await ana.press('+')
  await page.getByText('Opening the notebook…').waitFor()
  await page.keyboard.type('for nobody')
  await page.goBack()
  await page.getByRole('searchbox').waitFor()
  await ana.press('/')
  await page.getByRole('searchbox').and(page.locator(':focus')).waitFor()
  await page.keyboard.type('penguin')
  expect(await page.getByRole('searchbox').inputValue()).toBe('penguin')
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})
