// "Undo never takes another's words", and "an inserted cell that others typed in survives undo".
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { focusOf, shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
let ben: Person
let made = 0

beforeAll(async () => {
  app = await App.start()
  ana = await app.writer('', app.returning('Ana', '#b3261e'))
  ben = await app.writer('', app.returning('Ben', '#1f63b5'))
})
afterAll(() => app.close())

const meet = async (...cells: readonly CellSketch[]): Promise<void> => {
  const path = `undo-${++made}.ipynb`
  await app.create(path, notebookFile(...cells))
  for (const person of [ana, ben]) {
    await person.page.goto(`${app.origin}/notebook/${path}`)
    await expect.poll(() => person.page.locator('nb-cell').count(), soon).toBe(cells.length)
    await person.until('sync', 'saved')
  }
}

const both = async (...sources: string[]): Promise<void> => {
  for (const person of [ana, ben]) await expect.poll(() => shownSources(person), soon).toEqual(sources)
}
const keys = async (person: Person, ...pressed: string[]): Promise<void> => {
  for (const key of pressed) await person.page.keyboard.press(key)
}

/** At the end of a source and as one input, so one step to undo; a slow machine would make several of single keys. */
const write = async (person: Person, position: number, text: string): Promise<void> => {
  await person.into(position)
  await keys(person, 'Control+End')
  await person.page.keyboard.insertText(text)
}

describe("undo never takes another's words", () => {
  test('in one line that both wrote', async () => {
    await meet(['code', 'start'])
    await write(ana, 1, ' ana1')
    await both('start ana1')
    await write(ben, 1, ' ben1')
    await both('start ana1 ben1')
    await write(ana, 1, ' ana2')
    await both('start ana1 ben1 ana2')
    // Ben writes inside Ana's word, too.
    await keys(ben, 'Control+Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight')
    await keys(ben, 'ArrowRight', 'ArrowRight')
    await ben.page.keyboard.type('B')
    await both('start aBna1 ben1 ana2')
    await keys(ana, 'Control+z', 'Control+z', 'Control+z', 'Control+z')
    await both('startB ben1')
    await keys(ana, 'Control+Shift+z', 'Control+Shift+z')
    await expect
      .poll(async () => (await shownSources(ben))[0]?.replaceAll('B', ''), soon)
      .toBe('start ana1 ben1 ana2')
    // And Ben's undo takes only Ben's.
    await keys(ben, 'Control+z', 'Control+z', 'Control+z')
    await both('start ana1 ana2')
  })

  test('in different cells, with a move and a deletion by the other between', async () => {
    await meet(['code', 'one'], ['code', 'two'], ['code', 'three'])
    await write(ana, 1, ' A')
    await write(ben, 2, ' B')
    await keys(ben, 'Escape', 'Control+Shift+ArrowUp')
    await both('two B', 'one A', 'three')
    await ben.into(3)
    await keys(ben, 'Escape', 'd', 'd')
    await both('two B', 'one A')
    await keys(ana, 'Control+z')
    await both('two B', 'one')
    await keys(ana, 'Control+z')
    await both('two B', 'one')
    await keys(ben, 'z')
    await both('two B', 'one', 'three')
    await keys(ben, 'z')
    await both('one', 'two B', 'three')
    await keys(ben, 'z', 'z')
    await both('one', 'two', 'three')
  })

  test('of a deletion: the cell comes back with what others wrote in it meanwhile', async () => {
    await meet(['code', 'keep'], ['code', 'gone'])
    await ben.into(2)
    await keys(ben, 'Control+End')
    await ana.into(1)
    await keys(ana, 'Escape', 'ArrowDown')
    // At the same time: neither knows of the other's yet.
    await ben.context.setOffline(true)
    await keys(ana, 'd', 'd')
    await ben.page.keyboard.type(' and more')
    await ben.context.setOffline(false)
    await ana.page.getByText('was edited since').waitFor()
    await ben.page.getByText('was edited since').waitFor()
    // It shows what it asks about.
    expect(await ana.page.locator('nb-ghost').getByRole('textbox').inputValue()).toBe('gone and more')
    await keys(ana, 'z')
    await both('keep', 'gone and more')
    await expect.poll(() => ana.page.getByText('was edited since').count(), soon).toBe(0)
  })
})

test('after undo and redo the caret is at the change, whatever others wrote before and behind it', async () => {
  await meet(['code', 'alpha omega'])
  await ana.into(1)
  await keys(ana, 'Control+Home', 'Control+ArrowRight')
  await ana.page.keyboard.insertText(' mine')
  await write(ben, 1, ' behind')
  await keys(ben, 'Control+Home')
  await ben.page.keyboard.insertText('before ')
  await both('before alpha mine omega behind')
  await keys(ana, 'Control+Home', 'Control+z')
  await both('before alpha omega behind')
  await ana.page.keyboard.insertText('<')
  await both('before alpha< omega behind')
  await keys(ana, 'Control+z', 'Control+Home', 'Control+Shift+z')
  await both('before alpha< omega behind')
  await ana.page.keyboard.insertText('>')
  await both('before alpha<> omega behind')
})

describe('an inserted cell that others typed in survives undo', () => {
  test('with their words, for both, and the inserter can still delete it', async () => {
    await meet(['code', 'first'])
    await ana.into(1)
    await keys(ana, 'Escape', 'b', 'Enter')
    await ana.page.keyboard.insertText('ana ')
    await both('first', 'ana ')
    await write(ben, 2, 'ben')
    await both('first', 'ana ben')
    await keys(ana, 'Control+z')
    await both('first', 'ben')
    await keys(ana, 'Control+z')
    await both('first', 'ben')
    await keys(ana, 'Control+z', 'Control+z')
    await both('first', 'ben')
    expect(await focusOf(ana)).toBe('source of cell 2')
    // Ben is still in the same text.
    await ben.page.keyboard.type('!')
    await both('first', 'ben!')
    await keys(ana, 'Escape', 'd', 'd')
    await both('first')
  })

  test('a cell that only its inserter wrote in goes, and comes back by redo', async () => {
    await meet(['code', 'first'])
    await ana.into(1)
    await keys(ana, 'Escape', 'b', 'Enter')
    await ana.page.keyboard.insertText('mine')
    await both('first', 'mine')
    await keys(ana, 'Control+z', 'Control+z')
    await both('first')
    await keys(ana, 'Shift+z')
    await both('first', '')
    await keys(ana, 'Escape', 'Shift+z')
    await both('first', 'mine')
  })
})

test('nothing went wrong unseen', () => {
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
