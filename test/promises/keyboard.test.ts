// Everything by keyboard: the palette, find and replace, several selected cells.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { focusOf, shownCells, shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person

beforeAll(async () => {
  app = await App.start({ 'else/where.ipynb': notebookFile(['note', 'far away']) })
  ana = await app.writer('', { permissions: ['clipboard-read', 'clipboard-write'] })
})
afterAll(() => app.close())

const at = (...cells: readonly CellSketch[]): Promise<string> => app.meet([ana], notebookFile(...cells))
const sources = (...expected: string[]): Promise<void> =>
  expect.poll(() => shownSources(ana), soon).toEqual(expected)
const selected = async (...positions: number[]): Promise<void> =>
  expect
    .poll(async () => (await shownCells(ana)).flatMap((cell, i) => (cell.selected ? [i + 1] : [])), soon)
    .toEqual(positions)
const focus = (where: string): Promise<void> => expect.poll(() => focusOf(ana), soon).toBe(where)

/** Opens the palette, waits for the focus in its field, and types. */
const ask = async (key: string, words: string): Promise<void> => {
  await ana.press(key)
  await ana.page
    .getByRole('dialog', { name: 'Commands' })
    .getByRole('combobox')
    .and(ana.page.locator(':focus'))
    .waitFor()
  await ana.page.keyboard.type(words)
}
const option = (name: string) => ana.page.getByRole('option', { name, exact: true })

test('keys typed while the palette is still loading reach it, including Enter', async () => {
  const ben = await app.writer('')
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await ben.page.route(/nb-palette/, async (route) => {
    await held
    await route.continue()
  })
  await app.meet([ben], notebookFile(['code', 'a = 1']))
  await ben.into(1)
  await ben.press('F1')
  await ben.page.getByRole('dialog', { name: 'Commands' }).waitFor()
  await ben.page.keyboard.type('insert cell bellow')
  await ben.press('Backspace', 'Backspace', 'Backspace')
  await ben.page.keyboard.type('ow')
  await ben.press('Enter')
  release()
  await expect.poll(() => shownSources(ben), soon).toEqual(['a = 1', ''])
  expect(ben.complaints).toEqual([])
})

test('the palette finds commands, headings, settings and notebooks, and acts where the focus was', async () => {
  await at(['note', '# First part'], ['code', 'a = 1'], ['note', 'text\n\n## The end'])
  await ana.into(2)
  await ana.press('Control+Home', 'ArrowRight')
  await ask('Control+Shift+P', 'toggle comm')
  await option('Toggle comment').and(ana.page.locator('[aria-selected="true"]')).waitFor()
  await ana.press('Enter')
  await sources('# First part', '# a = 1', 'text\n\n## The end')
  await focus('source of cell 2')
  // Esc leaves everything unchanged.
  await ask('Control+Shift+C', 'delete')
  await ana.press('Escape')
  await focus('source of cell 2')
  await ana.press('Escape')
  await ask('F1', 'insert cell below')
  await ana.press('Enter')
  await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(4)
  await focus('cell 3')
  await ask('F1', 'the end')
  await ana.press('Enter')
  await focus('cell 4')
  await ask('F1', 'font size')
  await ana.press('Enter')
  await ana.page.getByLabel('Code font size', { exact: true }).and(ana.page.locator(':focus')).waitFor()
  await ana.press('Escape')
  await ask('F1', 'no such thing at all')
  await ana.page.getByRole('dialog').getByText('Nothing found').waitFor()
  await ana.page.getByRole('combobox', { name: /^Command/ }).fill('where')
  // The relay's list contains it.
  await option('else/where').click()
  await ana.page.locator('nb-markdown').getByText('far away').waitFor()
  expect(ana.complaints).toEqual([])
})

test('keys put outputs beside the code, number lines, go to a line and close the side panel', async () => {
  const text = { live: false, leaf: { output_type: 'stream', name: 'stdout', text: 'printed\n' } } as const
  const result = {
    run: null,
    count: 1,
    status: 'done',
    outputs: [text],
    reply: null,
    thinking: null,
    calls: [],
  } as const
  await at(['code', 'print("printed")\n#', { result }], ['code', 'b = 2'])
  const isBeside = async (): Promise<boolean> => {
    const [source, output] = [await ana.source(1).boundingBox(), await ana.output(1).boundingBox()]
    if (source === null || output === null) throw new Error('not shown')
    return output.x > source.x + source.width && output.y < source.y + source.height
  }
  const numbers = (cell: number): Promise<number> =>
    ana.cell(cell).locator('.cm-lineNumbers, [data-line-numbers]').count()
  await ana.cell(1).focus()
  await ana.press('Escape', 'Shift+R')
  await expect.poll(isBeside, soon).toBe(true)
  await ana.press('Shift+R')
  await expect.poll(isBeside, soon).toBe(false)

  await ana.into(1)
  await ana.press('Escape', 'l')
  await expect.poll(() => numbers(1), soon).toBe(1)
  expect(await numbers(2)).toBe(0)
  await ana.press('l')
  await expect.poll(() => numbers(1), soon).toBe(0)

  await ana.into(1)
  await ana.press('Control+Home', 'Control+Alt+g')
  await ana.page.getByRole('textbox', { name: 'Go to line' }).and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type('2')
  await ana.press('Enter')
  await focus('source of cell 1')
  await ana.page.keyboard.type('here')
  await expect.poll(() => ana.text(1), soon).toBe('print("printed")\nhere#')
  await ana.press('Escape')

  const side = ana.page.getByRole('complementary')
  await ana.press('Control+b')
  await side.and(ana.page.getByLabel('Outline', { exact: true })).waitFor()
  await ana.press('Control+j')
  await expect.poll(() => side.count(), soon).toBe(0)
  await focus('cell 1')
  expect(ana.complaints).toEqual([])
})

test('find marks every match, F3 goes through them, and Replace all leaves the focus in the search', async () => {
  await at(['code', 'total = 1'], ['note', 'The **Total** of it'], ['code', 'subtotal(total)'])
  await ana.cell(1).focus()
  await ana.press('Escape', 'Control+h')
  const bar = ana.page.getByRole('search', { name: 'Find in notebook' })
  const field = bar.getByRole('textbox', { name: 'Find' })
  const status = bar.getByRole('status')
  await field.and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type('total')
  await status.getByText('1 of 4', { exact: true }).waitFor()
  const marked = (): Promise<string[]> =>
    ana.page.evaluate(() => [...(CSS.highlights.get('nb-match') ?? [])].map(String))
  // The present one has its own mark.
  await expect.poll(marked, soon).toEqual(['Total', 'total', 'total'])
  await bar.getByRole('checkbox', { name: 'Whole words' }).check()
  await status.getByText('1 of 3', { exact: true }).waitFor()
  await expect.poll(marked, soon).toEqual(['Total', 'total'])
  await ana.press('F3')
  await status.getByText('2 of 3', { exact: true }).waitFor()
  await ana.press('Shift+F3', 'Shift+F3')
  await status.getByText('3 of 3', { exact: true }).waitFor()

  await bar.getByRole('textbox', { name: 'Replace with' }).fill('sum')
  await bar.getByRole('button', { name: 'Replace all' }).press('Enter')
  await expect.poll(() => shownSources(ana), soon).toEqual(['sum = 1', 'The **sum** of it', 'subtotal(sum)'])
  await field.and(ana.page.locator(':focus')).waitFor()
  await ana.press('Escape')
  await bar.waitFor({ state: 'detached' })
  expect(await marked()).toEqual([])
})

test('find goes to each match, and Replace all is one undo step', async () => {
  await at(
    ['code', 'total = 1'],
    ['note', 'The Total of it'],
    ['code', 'print(total)'],
    ...Array.from({ length: 40 }, (_, i): CellSketch => ['code', `x = ${i}`]),
    ['code', 'total + 1'],
  )
  await ana.cell(1).focus()
  await ana.press('Escape', 'f')
  const bar = ana.page.getByRole('search', { name: 'Find in notebook' })
  const field = bar.getByRole('textbox', { name: 'Find' })
  const status = bar.getByRole('status')
  await field.and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type('total')
  await status.getByText('1 of 4', { exact: true }).waitFor()
  /** The marked text and its cell, if it is in the window. */
  const found = (): Promise<string> =>
    ana.page.evaluate(() => {
      // An editor marks it itself; elsewhere it is a highlight.
      const [range] = CSS.highlights.get('nb-found') ?? []
      const element =
        document.querySelector('.nb-found') ?? (range as Range | undefined)?.startContainer.parentElement
      const place = document.querySelector('.nb-found') ?? (range as Range | undefined)
      if (place === undefined || !element) return ''
      const { top, bottom } = place.getBoundingClientRect()
      const cell = element.closest('nb-cell')
      const text = place instanceof Range ? place.toString() : place.textContent
      const position = cell ? [...document.querySelectorAll('nb-cell')].indexOf(cell) + 1 : 0
      return top >= 0 && bottom <= innerHeight ? `${text} in ${position}` : 'out of sight'
    })
  await expect.poll(found, soon).toBe('total in 1')
  await ana.press('Enter')
  await expect.poll(found, soon).toBe('Total in 2')
  await ana.press('Shift+Enter', 'Shift+Enter')
  await status.getByText('4 of 4', { exact: true }).waitFor()
  await expect.poll(found, soon).toBe('total in 44')
  await field.and(ana.page.locator(':focus')).waitFor()
  await bar.getByRole('checkbox', { name: 'Match case' }).check()
  await status.getByText('3 of 3', { exact: true }).waitFor()
  // Esc selects the match, and typing replaces it.
  await field.focus()
  await ana.press('Escape')
  await focus('source of cell 44')
  await ana.page.keyboard.type('sum')
  await expect.poll(() => ana.text(44), soon).toBe('sum + 1')

  await ana.press('Control+h')
  await field.fill('(tot)al')
  await bar.getByRole('checkbox', { name: 'Regular expression' }).check()
  await bar.getByRole('textbox', { name: 'Replace with' }).fill('$1als')
  await status.getByText(/of 2$/).waitFor()
  await bar.getByRole('button', { name: 'Replace all' }).click()
  await ana.page.getByText('2 matches replaced').waitFor()
  const first = async (): Promise<readonly string[]> => (await shownSources(ana)).slice(0, 3)
  await expect.poll(first, soon).toEqual(['totals = 1', 'The Total of it', 'print(totals)'])
  await field.focus()
  await ana.press('Escape')
  await ana.cell(1).focus()
  await ana.press('z')
  await expect.poll(first, soon).toEqual(['total = 1', 'The Total of it', 'print(total)'])
  expect(ana.complaints).toEqual([])
})

test('several cells are selected by keys and mouse, and commands act on all of them', async () => {
  await at(['code', 'a'], ['code', 'b'], ['code', 'c'], ['code', 'd'])
  await ana.cell(1).focus()
  await ana.press('Escape', 'ArrowDown', 'Shift+ArrowDown')
  await selected(2, 3)
  await focus('cell 3')
  await ana.press('Control+Shift+ArrowUp')
  await sources('b', 'c', 'a', 'd')
  await selected(1, 2)
  await ana.press('Shift+J')
  await selected(1, 2, 3)
  await ana.press('Shift+K', 'm')
  await expect
    .poll(async () => (await shownCells(ana)).map(({ kind }) => kind), soon)
    .toEqual(['note', 'note', 'code', 'code'])
  await ana.press('z')
  // Shift+click extends the selection, also on a source.
  await ana.cell(1).focus()
  await ana.press('Escape')
  await ana.source(3).click({ modifiers: ['Shift'] })
  await selected(1, 2, 3)
  await focus('cell 3')
  await ana.press('x')
  await sources('d')
  await ana.press('Shift+V')
  await sources('b', 'c', 'a', 'd')
  expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe('b\n\nc\n\na')
  await ana.press('Control+a')
  await selected(1, 2, 3, 4)
  await ana.press('Shift+M')
  await expect.poll(async () => (await shownSources(ana)).length, soon).toBe(1)
  await ana.press('z')
  await sources('b', 'c', 'a', 'd')
  await ana.source(1).click()
  await selected(1)
  await ana.press('End', 'Enter')
  await ana.page.keyboard.type('tail')
  await ana.press('Home', 'Control+Shift+_')
  await sources('b', 'tail', 'c', 'a', 'd')
  await focus('source of cell 2')
  expect(ana.complaints).toEqual([])
})

test('opening and closing what is in the header, and Tab through it, does not scroll the page', async () => {
  await at(...Array.from({ length: 40 }, (_, i): CellSketch => ['code', `x = ${i}\n#\n#`]))
  await ana.cell(20).focus()
  await ana.press('Escape')
  const top = (): Promise<number> => ana.page.evaluate(() => scrollY)
  const before = await top()
  expect(before).toBeGreaterThan(500)
  const file = ana.page.getByRole('menuitem', { name: 'File', exact: true })
  await file.evaluate((button) => (button as HTMLElement).focus())
  await focus('button')
  await ana.press('ArrowDown')
  await ana.page.getByRole('menu').waitFor()
  await ana.press('Escape')
  await ana.page.getByRole('menu').waitFor({ state: 'detached' })
  await ask('F1', 'x')
  await ana.press('Escape')
  await ana.page.getByRole('dialog').waitFor({ state: 'detached' })
  await ana.press('Tab', 'Tab')
  await focus('button')
  expect(await top()).toBe(before)
})

test('cells are dragged by their grips, also beyond the window, and Esc cancels', async () => {
  const many = Array.from({ length: 40 }, (_, i): CellSketch => ['code', `x = ${i}`])
  await at(...many)
  const { mouse } = ana.page
  const order = async (): Promise<readonly string[]> => (await shownSources(ana)).slice(0, 4)
  const grip = async (position: number): Promise<void> => {
    await ana.cell(position).hover()
    await ana.cell(position).locator('.nb-grip').hover()
    await mouse.down()
  }
  const to = async (position: number): Promise<void> => {
    const box = await ana.cell(position).boundingBox()
    if (box === null) throw new Error(`cell ${position} is not shown`)
    await mouse.move(box.x + 20, box.y + box.height - 4, { steps: 4 })
    await ana.page.locator('.nb-drop').waitFor()
  }
  await grip(1)
  await to(3)
  await ana.press('Escape')
  await mouse.up()
  expect(await order()).toEqual(['x = 0', 'x = 1', 'x = 2', 'x = 3'])
  await grip(1)
  await to(3)
  await mouse.up()
  await expect.poll(order, soon).toEqual(['x = 1', 'x = 2', 'x = 0', 'x = 3'])
  expect(await ana.page.locator('.nb-drop').count()).toBe(0)
  await focus('cell 3')
  // Two selected cells move together, to the end.
  await ana.press('Shift+ArrowUp')
  await selected(2, 3)
  await grip(2)
  const { height } = ana.page.viewportSize() ?? { height: 0 }
  await mouse.move(400, height - 20, { steps: 4 })
  await expect
    .poll(() => ana.cell(40).evaluate((cell) => cell.getBoundingClientRect().bottom < innerHeight), soon)
    .toBe(true)
  await mouse.move(400, height - 15)
  await mouse.up()
  await expect
    .poll(async () => (await shownSources(ana)).slice(-3), soon)
    .toEqual(['x = 39', 'x = 2', 'x = 0'])
  await selected(39, 40)
  await ana.press('z')
  await expect.poll(order, soon).toEqual(['x = 1', 'x = 2', 'x = 0', 'x = 3'])
  expect(ana.complaints).toEqual([])
})

test('what other keyboards write with Option on a Mac goes into the text', async () => {
  const context = await app.newContext({ serviceWorkers: 'block' })
  await context.addInitScript(() => Object.defineProperty(navigator, 'platform', { value: 'MacIntel' }))
  const path = await at(['note', ''])
  const ewa = await app.tab(context, path)
  await ewa.until('sync', 'saved')
  const input = await context.newCDPSession(ewa.page)
  const option = async (key: string, code: string): Promise<void> => {
    const press = { key, code, modifiers: 1, text: key, unmodifiedText: key }
    await input.send('Input.dispatchKeyEvent', { type: 'keyDown', ...press })
    await input.send('Input.dispatchKeyEvent', { ...press, type: 'keyUp', text: '' })
  }
  await ewa.cell(1).focus()
  await ewa.press('Enter')
  await ewa.cell(1).locator('.cm-content:focus').waitFor()
  await option('ł', 'KeyL')
  await option('@', 'KeyL')
  await option('[', 'Digit5')
  await ewa.page.keyboard.type('!')
  await expect.poll(() => ewa.text(1), soon).toBe('ł@[!')
  expect(await focusOf(ewa)).toBe('source of cell 1')
  // A US keyboard has nothing to write there.
  await option('¬', 'KeyL')
  await ewa.page.locator('nb-find').waitFor()
  expect(ewa.complaints).toEqual([])
})

test('Ctrl+S in a field or a menu saves the notebook, not the page', async () => {
  await at(['code', 'a = 1'])
  await ana.page.evaluate(() => {
    addEventListener('keydown', ({ key, defaultPrevented }) => {
      if (key === 's') document.documentElement.dataset['left'] = String(!defaultPrevented)
    })
  })
  const isSaved = async (place: string): Promise<void> => {
    await ana.page.evaluate(() => delete document.documentElement.dataset['left'])
    const spoken = ana.page.getByText('Saved to file.', { exact: true })
    await ana.press('Control+s')
    expect(
      await ana.page.evaluate(() => document.documentElement.dataset['left'] ?? 'stopped'),
      place,
    ).not.toBe('true')
    await spoken.waitFor({ state: 'attached' })
  }
  await ana.into(1)
  await ana.press('Control+f')
  await focus('input')
  await isSaved('find')
  await ana.press('Escape')
  await ask('F1', 'x')
  await isSaved('palette')
  await ana.press('Escape')
  await ana.into(1)
  await ana.press('Control+Alt+m')
  const field = ana.page
    .getByRole('complementary', { name: 'Comments' })
    .getByRole('textbox', { name: 'Comment' })
  await field.and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type('why')
  await isSaved('comment')
  expect(await field.inputValue()).toBe('why')
  await ana.panel('Comments')
  await ana.page.getByRole('menuitem', { name: 'Edit', exact: true }).click()
  await ana.page.getByRole('menu').waitFor()
  await isSaved('menu')
  await ana.press('Escape')
  expect(ana.complaints).toEqual([])
})

test('an Enter that ends a composition chooses nothing, also where it comes after the end, as in Safari', async () => {
  await at(['code', 'a = 1'], ['code', 'b = 2'])
  await ana.into(1)
  await ask('F1', 'delete cell')
  const isTaken = await ana.page.locator('nb-palette input').evaluate((field) => {
    const init = { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true }
    return !field.dispatchEvent(new KeyboardEvent('keydown', init))
  })
  expect(isTaken).toBe(false)
  await ana.page.getByRole('dialog', { name: 'Commands' }).waitFor()
  await ana.press('Escape')
  await sources('a = 1', 'b = 2')
})
