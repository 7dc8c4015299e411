// Undo works across cells. "Undo never takes another's words", and "an inserted cell that others typed in
// survives undo".
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { expectFocus, expectSources, focusOf, shownCells, shownSources } from '../support/shown.ts'
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

const both = async (...sources: string[]): Promise<void> => {
  for (const person of [ana, ben]) await expect.poll(() => shownSources(person), soon).toEqual(sources)
}

/** Opens a new notebook with these cells for Ana. */
const alone = (...cells: readonly CellSketch[]): Promise<string> => app.meet([ana], notebookFile(...cells))

const letters: readonly CellSketch[] = [
  ['code', 'a = 1'],
  ['code', 'b = 2'],
  ['code', 'c = 3'],
]

/**
 * Types at the end of a source as one input, which is one undo step; on a slow machine single keys would be
 * several.
 */
const write = async (person: Person, position: number, text: string): Promise<void> => {
  await person.into(position)
  await person.press('Control+End')
  await person.page.keyboard.insertText(text)
}

describe('undo leaves what others typed', () => {
  test('in a line that both people typed in', async () => {
    await meet(['code', 'start'])
    await write(ana, 1, ' ana1')
    await both('start ana1')
    await write(ben, 1, ' ben1')
    await both('start ana1 ben1')
    await write(ana, 1, ' ana2')
    await both('start ana1 ben1 ana2')
    // Ben types inside Ana's word, too.
    await ben.press('Control+Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight')
    await ben.press('ArrowRight', 'ArrowRight')
    await ben.page.keyboard.type('B')
    await both('start aBna1 ben1 ana2')
    await ana.press('Control+z', 'Control+z', 'Control+z', 'Control+z')
    await both('startB ben1')
    await ana.press('Control+Shift+z', 'Control+Shift+z')
    await expect
      .poll(async () => (await shownSources(ben))[0]?.replaceAll('B', ''), soon)
      .toBe('start ana1 ben1 ana2')
    // Ben's undo takes back only what Ben typed.
    await ben.press('Control+z', 'Control+z', 'Control+z')
    await both('start ana1 ana2')
  })

  test('in different cells, with a move and a deletion by the other person between', async () => {
    await meet(['code', 'one'], ['code', 'two'], ['code', 'three'])
    await write(ana, 1, ' A')
    await write(ben, 2, ' B')
    await ben.press('Escape', 'Control+Shift+ArrowUp')
    await both('two B', 'one A', 'three')
    await ben.into(3)
    await ben.press('Escape', 'd', 'd')
    await both('two B', 'one A')
    await ana.press('Control+z')
    await both('two B', 'one')
    await ana.press('Control+z')
    await both('two B', 'one')
    await ben.press('z')
    await both('two B', 'one', 'three')
    await ben.press('z')
    await both('one', 'two B', 'three')
    await ben.press('z', 'z')
    await both('one', 'two', 'three')
  })

  test('and restores a deleted cell with what others typed in it meanwhile', async () => {
    await meet(['code', 'keep'], ['code', 'gone'])
    await ben.into(2)
    await ben.press('Control+End')
    await ana.into(1)
    await ana.press('Escape', 'ArrowDown')
    // At the same time: neither has received the other's change yet.
    await ben.context.setOffline(true)
    await ana.press('d', 'd')
    await ben.page.keyboard.type(' and more')
    await ben.context.setOffline(false)
    await ana.page.getByText('was edited since').waitFor()
    await ben.page.getByText('was edited since').waitFor()
    // The ghost shows the text it asks about.
    expect(await ana.page.locator('nb-ghost').getByRole('textbox').inputValue()).toBe('gone and more')
    await ana.press('z')
    await both('keep', 'gone and more')
    await expect.poll(() => ana.page.getByText('was edited since').count(), soon).toBe(0)
  })
})

test('after undo and redo the caret is at the change, whatever others typed before and after it', async () => {
  await meet(['code', 'alpha omega'])
  await ana.into(1)
  await ana.press('Control+Home', 'Control+ArrowRight')
  await ana.page.keyboard.insertText(' mine')
  await write(ben, 1, ' behind')
  await ben.press('Control+Home')
  await ben.page.keyboard.insertText('before ')
  await both('before alpha mine omega behind')
  await ana.press('Control+Home', 'Control+z')
  await both('before alpha omega behind')
  await ana.page.keyboard.insertText('<')
  await both('before alpha< omega behind')
  await ana.press('Control+z', 'Control+Home', 'Control+Shift+z')
  await both('before alpha< omega behind')
  await ana.page.keyboard.insertText('>')
  await both('before alpha<> omega behind')
})

describe('undo of an inserted cell', () => {
  test('keeps the cell with what others typed in it, and its creator can still delete it', async () => {
    await meet(['code', 'first'])
    await ana.into(1)
    await ana.press('Escape', 'b', 'Enter')
    await ana.page.keyboard.insertText('ana ')
    await both('first', 'ana ')
    await write(ben, 2, 'ben')
    await both('first', 'ana ben')
    await ana.press('Control+z')
    await both('first', 'ben')
    await ana.press('Control+z')
    await both('first', 'ben')
    await ana.press('Control+z', 'Control+z')
    await both('first', 'ben')
    expect(await focusOf(ana)).toBe('source of cell 2')
    // Ben is still in the same source.
    await ben.page.keyboard.type('!')
    await both('first', 'ben!')
    await ana.press('Escape', 'd', 'd')
    await both('first')
  })

  test('removes a cell that only its creator edited, and redo restores it', async () => {
    await meet(['code', 'first'])
    await ana.into(1)
    await ana.press('Escape', 'b', 'Enter')
    await ana.page.keyboard.insertText('mine')
    await both('first', 'mine')
    await ana.press('Control+z', 'Control+z')
    await both('first')
    await ana.press('Shift+z')
    await both('first', '')
    await ana.press('Escape', 'Shift+z')
    await both('first', 'mine')
  })
})

describe('undo by one person', () => {
  test('takes a paste, a line and what was typed elsewhere one by one, however fast they came', async () => {
    await ana.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await alone(['code', 'end'])
    await ana.page.evaluate(() => navigator.clipboard.writeText('PASTED'))
    await ana.into(1)
    await ana.press('Control+Home')
    await ana.page.keyboard.insertText('typed ')
    await ana.press('Control+v')
    await ana.page.keyboard.insertText(' more ')
    await ana.press('Control+End')
    await ana.page.keyboard.insertText('!')
    await ana.press('Enter')
    await ana.page.keyboard.insertText('x')
    const past = [
      'typed PASTED more end!\nx',
      'typed PASTED more end!',
      'typed PASTED more end',
      'typed PASTEDend',
      'typed end',
      'end',
    ]
    await expectSources(ana, past[0] ?? '')
    for (const expected of past.slice(1)) {
      await ana.press('Control+z')
      expect(await shownSources(ana)).toEqual([expected])
    }
    for (const expected of past.slice(0, -1).toReversed()) {
      await ana.press('Control+Shift+z')
      expect(await shownSources(ana)).toEqual([expected])
    }
  })

  test('goes back across cells in order, and redo forward again', async () => {
    await alone(...letters)
    await ana.into(1)
    await ana.press('End')
    await ana.page.keyboard.insertText('11')
    await ana.into(2)
    await ana.press('End')
    await ana.page.keyboard.insertText('22')
    await ana.press('Escape', 'Control+Shift+ArrowUp')
    await expectSources(ana, 'b = 222', 'a = 111', 'c = 3')
    await ana.press('ArrowDown', 'ArrowDown', 'd', 'd')
    await expectSources(ana, 'b = 222', 'a = 111')
    const past = [
      ['b = 222', 'a = 111', 'c = 3'],
      ['a = 111', 'b = 222', 'c = 3'],
      ['a = 111', 'b = 2', 'c = 3'],
      ['a = 1', 'b = 2', 'c = 3'],
    ]
    const changed = ['cell 3', 'cell 2', 'cell 2', 'cell 1']
    for (const [i, expected] of past.entries()) {
      await ana.press('z')
      await expectSources(ana, ...expected)
      await expectFocus(ana, changed[i] ?? '')
    }
    await ana.press('z')
    await expectSources(ana, ...(past[3] ?? []))
    for (const expected of past.toReversed().slice(1)) {
      await ana.press('Shift+z')
      await expectSources(ana, ...expected)
    }
    await ana.press('Shift+z')
    await expectSources(ana, 'b = 222', 'a = 111')
    expect(await focusOf(ana)).toMatch(/^cell/)
  })

  test('of an inserted cell removes it and keeps the focus on a cell', async () => {
    await alone(...letters)
    await ana.into(2)
    await ana.press('Escape', 'b')
    await expectFocus(ana, 'cell 3')
    await ana.press('Enter')
    await expectFocus(ana, 'source of cell 3')
    await ana.press('Control+z')
    await expectSources(ana, 'a = 1', 'b = 2', 'c = 3')
    await expectFocus(ana, 'cell 3')
    await ana.press('Control+Shift+z')
    await expectSources(ana, 'a = 1', 'b = 2', '', 'c = 3')
    await expectFocus(ana, 'cell 3')
  })

  test('of typing far above, in an editor unmounted since, scrolls there', async () => {
    await alone(
      ...Array.from({ length: 60 }, (_, i): CellSketch => ['code', `x${i} = ${i}\n# more\n# lines`]),
    )
    await ana.into(1)
    await ana.press('Control+Home')
    await ana.page.keyboard.insertText('typed')
    await ana.page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await ana.cell(60).scrollIntoViewIfNeeded()
    await expect.poll(async () => (await shownCells(ana))[0]?.mounted, soon).toBe(false)
    await ana.into(60)
    await ana.press('Control+z')
    await expect.poll(async () => (await shownSources(ana))[0], soon).toBe('x0 = 0\n# more\n# lines')
    await expect
      .poll(() => ana.cell(1).evaluate((cell) => cell.getBoundingClientRect().top >= 0), soon)
      .toBe(true)
  })
})

test('neither page logged an error', () => {
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
