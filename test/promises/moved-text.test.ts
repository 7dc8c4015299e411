// The caret goes with its text when somebody else splits or merges the cell.
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

const expectBoth = async (...sources: readonly string[]): Promise<void> => {
  for (const person of [ana, ben]) await expect.poll(() => shownSources(person), soon).toEqual(sources)
}

/** The first cell is as it was after the split; nothing else is there. */
const expectOneOf = async (...lower: readonly string[]): Promise<void> => {
  for (const person of [ana, ben]) {
    await expect
      .poll(() => shownSources(person), soon)
      .toEqual(['one = 1', expect.toSatisfy((source: string) => lower.includes(source))])
    expect(await person.page.locator('nb-ghost').count()).toBe(0)
  }
}

const expectFocus = (person: Person, position: number): Promise<void> =>
  expect
    .poll(() => person.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), soon)
    .toBe(`Source of cell ${position}`)

/** Ana splits the first cell where its second line begins. */
const split = async (): Promise<void> => {
  await ana.into(1)
  await ana.press('Control+Home', 'ArrowDown', 'Control+Shift+Minus')
}

test('a caret below the cut goes to its text in the lower cell, with what is typed there', async () => {
  await meet(['code', 'one = 1\ntwo = 2\nthree = 3'], ['code', 'below'])
  await ben.into(1)
  await ben.press('Control+End', 'ArrowUp', 'Home')
  await split()
  await expectBoth('one = 1', 'two = 2\nthree = 3', 'below')
  await expectFocus(ben, 2)
  await ben.page.keyboard.type('# ')
  await expectBoth('one = 1', '# two = 2\nthree = 3', 'below')
})

test('a caret above the cut stays, and a selection below it stays selected', async () => {
  await meet(['code', 'one = 1\ntwo = 2'])
  await ben.into(1)
  await ben.press('Control+Home')
  await split()
  await expectBoth('one = 1', 'two = 2')
  await ben.page.keyboard.type('# ')
  await expectBoth('# one = 1', 'two = 2')

  await ana.press('Control+z')
  await expectBoth('# one = 1\ntwo = 2')
  await ben.into(1)
  await ben.press('Control+End', 'Shift+ArrowLeft')
  await split()
  await expectFocus(ben, 2)
  await ben.page.keyboard.type('3')
  await expectBoth('# one = 1', 'two = 3')
})

test('a word that is typed while the cell is split is whole in the lower cell', async () => {
  await meet(['note', 'one\n\ntwo'])
  await ben.cell(1).dblclick()
  await ben.page.locator('.cm-content:focus').waitFor()
  await ben.press('Control+End')
  await ana.cell(1).dblclick()
  await ana.page.locator('.cm-content:focus').waitFor()
  await ana.press('Control+Home', 'ArrowDown', 'ArrowDown')
  const word = 'abcdefghijklmnopqrstuvwxyz'.repeat(2)
  await Promise.all([ben.page.keyboard.type(word, { delay: 8 }), ana.press('Control+Shift+Minus')])
  await expectBoth('one', `two${word}`)
})

test('what is composed while the cell is split is once in the lower cell', async () => {
  const input = await ben.context.newCDPSession(ben.page)
  const compose = (text: string): Promise<unknown> =>
    input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  for (const goesOn of [true, false]) {
    await meet(['code', 'one = 1\ntwo = 2\nthree = 3'], ['code', 'below'])
    await ben.into(1)
    await ben.press('Control+Home', 'ArrowDown', 'End')
    await compose('に')
    await expectBoth('one = 1\ntwo = 2に\nthree = 3', 'below')
    await split()
    await expect.poll(() => shownSources(ana), soon).toEqual(['one = 1', 'two = 2に\nthree = 3', 'below'])
    await expect.poll(() => ben.page.locator('nb-cell').count(), soon).toBe(3)
    if (goesOn) await compose('日本')
    const word = goesOn ? '日本' : 'に'
    await input.send('Input.insertText', { text: word })
    await expectBoth('one = 1', `two = 2${word}\nthree = 3`, 'below')
    await expectFocus(ben, 2)
    await ben.page.keyboard.type('!')
    await expectBoth('one = 1', `two = 2${word}!\nthree = 3`, 'below')
  }
})

test('what is composed offline while the cell is split is once in the lower cell', async () => {
  const input = await ben.context.newCDPSession(ben.page)
  const compose = (text: string): Promise<unknown> =>
    input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  for (const word of ['日本', 'に']) {
    await meet(['code', 'one = 1\ntwo = 2\nthree = 3'])
    await ben.into(1)
    await ben.press('Control+Home', 'ArrowDown', 'End')
    await ben.context.setOffline(true)
    await ben.until('sync', 'offline')
    await compose('に')
    await split()
    await expect.poll(() => shownSources(ana), soon).toEqual(['one = 1', 'two = 2\nthree = 3'])
    await ben.context.setOffline(false)
    await expect.poll(() => ben.page.locator('nb-cell').count(), soon).toBe(2)
    if (word !== 'に') await compose(word)
    await input.send('Input.insertText', { text: word })
    await expectBoth('one = 1', `two = 2${word}\nthree = 3`)
    await expectFocus(ben, 2)
    await ben.page.keyboard.type('!')
    await expectBoth('one = 1', `two = 2${word}!\nthree = 3`)
  }
})

test('a caret goes with its text into the cell that somebody merged it into, above or below', async () => {
  await meet(['code', 'one = 1'], ['code', 'two = 2'], ['code', 'three = 3'])
  await ben.into(2)
  await ben.press('Control+Home')
  await ana.cell(1).click({ position: { x: 4, y: 4 } })
  await ana.press('Escape', 'Control+Shift+m')
  await expectBoth('one = 1\ntwo = 2', 'three = 3')
  await expectFocus(ben, 1)
  await ben.page.keyboard.type('# ')
  await expectBoth('one = 1\n# two = 2', 'three = 3')

  await ben.press('Shift+End')
  await ana.cell(2).click({ position: { x: 4, y: 4 } })
  await ana.press('Escape', 'Control+Backspace')
  await expectBoth('one = 1\n# two = 2\nthree = 3')
  await expectFocus(ben, 1)
  await ben.page.keyboard.type('gone')
  await expectBoth('one = 1\n# gone\nthree = 3')
})

test('a word that is typed while somebody merges its cell is whole in the merged one, and nothing is left over', async () => {
  await meet(['code', 'one = 1'], ['code', 'two = 2'], ['code', 'three = 3'])
  await ben.into(2)
  await ben.press('Control+End')
  await ana.cell(1).click({ position: { x: 4, y: 4 } })
  await ana.press('Escape')
  const word = 'abcdefghijklmnopqrstuvwxyz'.repeat(2)
  await Promise.all([ben.page.keyboard.type(word, { delay: 8 }), ana.press('Control+Shift+m')])
  await expectBoth(`one = 1\ntwo = 2${word}`, 'three = 3')
  for (const { page } of [ana, ben]) await expect.poll(() => page.locator('nb-ghost').count(), soon).toBe(0)
})

test('a cell that two people split or merge at the same time, offline, has each line once', async () => {
  await meet(['code', 'one = 1\ntwo = 2'], ['code', 'three = 3'], ['code', 'four = 4'])
  await ben.context.setOffline(true)
  await ben.until('sync', 'offline')
  for (const person of [ana, ben]) {
    await person.into(1)
    await person.press(
      'Control+Home',
      'ArrowDown',
      'Control+Shift+Minus',
      'Escape',
      'ArrowDown',
      'Control+Shift+m',
    )
    await expect.poll(() => shownSources(person), soon).toEqual(['one = 1', 'two = 2', 'three = 3\nfour = 4'])
  }
  await ben.context.setOffline(false)
  await ben.until('sync', 'saved')
  await expectBoth('one = 1', 'two = 2', 'three = 3\nfour = 4')
})

test('what is typed at the end of the upper cell after a split stays there, whoever types it', async () => {
  await meet(['code', 'one = 1\ntwo = 2'])
  await split()
  await expectBoth('one = 1', 'two = 2')
  await ana.type(1, ' # Ana')
  await ana.page.keyboard.press('Enter')
  await ana.page.keyboard.type('more')
  await expectBoth('one = 1 # Ana\nmore', 'two = 2')
  await ben.type(1, ' # Ben')
  await expectBoth('one = 1 # Ana\nmore # Ben', 'two = 2')
  for (const { page } of [ana, ben]) await page.reload()
  for (const person of [ana, ben]) await person.until('sync', 'saved')
  await ben.type(1, '!')
  await ana.type(1, '?')
  await expect
    .poll(() => shownSources(ana), soon)
    .toEqual([expect.stringMatching(/# Ben(!\?|\?!)$/), 'two = 2'])
  await ana.press('Escape')
  await ben.into(2)
  await ben.press('Control+Home')
  await ben.page.keyboard.type('# ')
  await expect
    .poll(() => shownSources(ana), soon)
    .toEqual([expect.stringMatching(/# Ben(!\?|\?!)$/), '# two = 2'])
})

for (const isClosed of [false, true])
  test(`what was typed offline in the second half goes to the lower cell${isClosed ? ', from an earlier visit' : ''}`, async () => {
    const path = await meet(['code', 'one = 1\ntwo = 2'])
    await ben.context.setOffline(true)
    await ben.until('sync', 'offline')
    await ben.type(1, ' # typed')
    await ben.until('sync', 'offline')
    await split()
    await expect.poll(() => shownSources(ana), soon).toEqual(['one = 1', 'two = 2'])
    await ana.until('sync', 'saved')
    if (isClosed) await ben.page.goto('about:blank')
    await ben.context.setOffline(false)
    if (isClosed) await ben.page.goto(`${app.origin}/notebook/${path}`)
    await expectBoth('one = 1', 'two = 2 # typed')
    await ben.until('sync', 'saved')
  })

test('two people who split a cell at the same place, offline, and write on have two cells', async () => {
  await meet(['code', 'one = 1\ntwo = 2'])
  await ben.context.setOffline(true)
  await ben.until('sync', 'offline')
  for (const person of [ana, ben]) {
    await person.into(1)
    await person.press('Control+Home', 'ArrowDown', 'Control+Shift+Minus', 'Control+End')
    await expect.poll(() => shownSources(person), soon).toEqual(['one = 1', 'two = 2'])
  }
  await ana.page.keyboard.type(' # Ana')
  await ana.until('sync', 'saved')
  await ben.page.keyboard.type(' # Ben')
  await ben.context.setOffline(false)
  await expectOneOf('two = 2 # Ana # Ben', 'two = 2 # Ben # Ana')
  await expectFocus(ana, 2)
  await expectFocus(ben, 2)
  await ben.page.keyboard.type('!')
  await expectOneOf('two = 2 # Ana # Ben!', 'two = 2 # Ben! # Ana')
})

test('a cell that is only deleted leaves its text with its writer, even if the cell above has the same line', async () => {
  await meet(['code', 'import x\ndf.head()'], ['code', 'df.head()'])
  await ana.into(1)
  await ana.page.keyboard.type('#')
  await ben.into(2)
  await ana.press('Escape', 'ArrowDown', 'd', 'd')
  await expect.poll(() => ben.page.locator('nb-ghost').count(), soon).toBe(1)
  await ben.page.keyboard.type('lost')
  await expect.poll(() => shownSources(ana), soon).toHaveLength(1)
  expect((await shownSources(ana))[0]).not.toContain('lost')
})

test('neither page logged an error', () => {
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
